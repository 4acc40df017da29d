/** Of these a caller has so many lines a minute for each status, and a count of the rest. */
const COUNTED = new Set([401, 403, 421, 429, 503]);

interface Line {
  readonly actor?: string | null;
  readonly method?: string;
  readonly route?: string;
  readonly status?: number;
  readonly correlationId?: string;
  /** Of a line that stands for so many usual calls. */
  readonly oneIn?: number;
  /** Of a count of calls without lines. */
  readonly caller?: string;
  readonly count?: number;
}

/** How many calls were made of each kind, such as `POST /v1/batches 201`. */
export type Calls = ReadonlyMap<string, number>;

/** What the log of the product says of calls. */
export class CallLog {
  readonly #lines: readonly Line[];

  /** @param said lines of JSON */
  constructor(said: readonly Buffer[]) {
    const texts = Buffer.concat(said).toString().split('\n');
    const lines = texts.filter((text) => text.startsWith('{')).map((text) => JSON.parse(text) as Line);
    this.#lines = lines.filter(({ status, oneIn }) => status !== undefined && oneIn === undefined);
  }

  /** By the correlation id of each call: whose it is, as often as it has a line. */
  callers(): ReadonlyMap<string, string[]> {
    const callers = new Map<string, string[]>();
    for (const { correlationId, actor } of this.#lines) {
      if (correlationId === undefined) continue;
      callers.set(correlationId, [...(callers.get(correlationId) ?? []), String(actor)]);
    }
    return callers;
  }

  /**
   * Throws unless the log has these calls of a caller, and no others: one by one, or in a count of those refusals that
   * may be without lines.
   * @param actor the name of a key; null: of whoever had none that is good
   * @param caller as whom its refusals are counted
   */
  check(actor: string | null, caller: string, calls: Calls): void {
    const logged = new Map<string, number>();
    const add = (kind: string, count: number) => logged.set(kind, (logged.get(kind) ?? 0) + count);
    for (const line of this.#lines) {
      const status = line.status!;
      if (line.caller === caller) add(String(status), line.count!);
      else if (line.caller === undefined && line.actor === actor)
        add(kindOf(`${line.method} ${line.route} ${status}`), 1);
    }
    const made = new Map<string, number>();
    for (const [call, count] of calls) made.set(kindOf(call), (made.get(kindOf(call)) ?? 0) + count);
    for (const kind of new Set([...made.keys(), ...logged.keys()])) {
      const [is, was] = [logged.get(kind) ?? 0, made.get(kind) ?? 0];
      if (is !== was) throw new Error(`${caller} has made ${was} calls ${kind}, and the log has ${is}.`);
    }
  }
}

/** What is compared: the counts of refusals do not name a route. */
function kindOf(call: string): string {
  const status = call.slice(-3);
  return COUNTED.has(Number(status)) ? status : call;
}
