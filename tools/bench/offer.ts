import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, type Call } from './connection.js';

/** Between two looks at what is due. */
const TICK_MS = 5;
/** Some fewer than the service lets in. */
const MOST_CONNECTIONS = 9_500;

export interface Offer {
  readonly url: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** The nth request of the offer. */
  readonly call: (n: number) => Call;
}

export interface Offered {
  /** By status: which requests were answered so, and how long after they were due, in milliseconds. */
  readonly answers: ReadonlyMap<number, { readonly numbers: number[]; readonly latencies: number[] }>;
  /** Nobody was there to ask: all connections waited for an answer. */
  readonly notAsked: number;
  /** Without an answer, since their connection was cut off. */
  readonly lost: number;
}

/**
 * Sends requests at a fixed rate, whatever is answered and however late, as a public does that knows nothing of the
 * others; `load` sends the next one only after an answer.
 */
export async function offer({ url, perSecond, seconds, call }: Offer): Promise<Offered> {
  const answers = new Map<number, { numbers: number[]; latencies: number[] }>();
  const free: Connection[] = [];
  const underWay = new Set<Promise<void>>();
  let opened = 0;
  let notAsked = 0;
  let lost = 0;

  const ask = async (n: number, dueAt: number): Promise<void> => {
    let connection = free.pop();
    for (; connection && !connection.isOpen; connection = free.pop()) opened--;
    if (!connection && opened >= MOST_CONNECTIONS) {
      notAsked++;
      return;
    }
    try {
      if (!connection) {
        opened++;
        connection = await Connection.open(new URL(url));
      }
      const status = await connection.ask(call(n));
      free.push(connection);
      const alike = answers.get(status) ?? { numbers: [], latencies: [] };
      answers.set(status, alike);
      alike.numbers.push(n);
      alike.latencies.push(performance.now() - dueAt);
    } catch {
      opened--;
      lost++;
    }
  };

  const startedAt = performance.now();
  const count = Math.floor(perSecond * seconds);
  for (let n = 0; n < count; await sleep(TICK_MS)) {
    const due = Math.min(count, ((performance.now() - startedAt) / 1_000) * perSecond);
    for (; n < due; n++) {
      const work = ask(n, startedAt + (n / perSecond) * 1_000).finally(() => underWay.delete(work));
      underWay.add(work);
    }
  }
  await Promise.all(underWay);
  for (const connection of free) connection.close();
  return { answers, notAsked, lost };
}
