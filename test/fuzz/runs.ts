/**
 * How many requests a fuzzer sends. The ordinary run of the tests sends few; `FUZZ_REQUESTS=100000` sends more.
 * @param ordinary how many of them go in the ordinary run
 * @param share of `FUZZ_REQUESTS` that is this one's
 */
export function requestsToSend(ordinary: number, share: number): number {
  const asked = process.env.FUZZ_REQUESTS;
  return asked === undefined ? ordinary : Math.ceil(Number(asked) * share);
}

/** The same seed sends the same requests. `FUZZ_SEED` chooses another one. */
export const SEED = Number(process.env.FUZZ_SEED ?? 20_270_131);

/** Milliseconds that a test of so many requests may take. */
export const timeFor = (requests: number): number => 60_000 + requests * 20;

/** What was found, told once for each kind, with how often and the first request that led to it. */
export class Findings {
  readonly #kinds = new Map<string, { count: number; first: string }>();

  add(fault: string, example: string): void {
    const known = this.#kinds.get(fault);
    if (known) known.count++;
    else this.#kinds.set(fault, { count: 1, first: example });
  }

  get all(): string[] {
    return [...this.#kinds].map(
      ([fault, { count, first }]) => `${fault} (${count} times), first by ${first}`,
    );
  }
}
