/** How the shop reaches Earmark, and on which terms it sells. */
export interface EarmarkOptions {
  /** The address of Earmark, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** An API key with the scopes `read`, `orders:write` and `warehouse:write`. Left out: Earmark serves loopback only, without keys. */
  readonly key?: string;
  /** For how many seconds units are held while the customer pays: 10 to 14400. Default: 900. */
  readonly holdSeconds?: number;
  /**
   * Within how many days units must come to be sold. Default 0: only units that are on hand. A shop that also sells what is
   * still to come says how long its customers wait.
   */
  readonly withinDays?: number;
  /** How many milliseconds a call to Earmark may take, all its retries included; pages wait for one second. Default: 4000. */
  readonly timeoutMs?: number;
  /** How often a job is tried again that tells Earmark what has happened to an order. Default: 10000. */
  readonly jobRetries?: number;
}

export type ResolvedOptions = Required<Omit<EarmarkOptions, 'key'>> & Pick<EarmarkOptions, 'key'>;

/** @throws {Error} if an option is out of its range, so that a shop does not start with it */
export function resolveOptions(options: EarmarkOptions): ResolvedOptions {
  const resolved = { holdSeconds: 900, withinDays: 0, timeoutMs: 4_000, jobRetries: 10_000, ...options };
  if (!URL.canParse(resolved.url)) throw new Error(`EarmarkPlugin: url is no URL: ${resolved.url}`);
  requireWhole('holdSeconds', resolved.holdSeconds, 10, 14_400);
  requireWhole('withinDays', resolved.withinDays, 0, 3_650);
  requireWhole('timeoutMs', resolved.timeoutMs, 100, 60_000);
  requireWhole('jobRetries', resolved.jobRetries, 0, 1_000_000);
  return resolved;
}

function requireWhole(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high)
    throw new Error(`EarmarkPlugin: ${name} must be a whole number from ${low} to ${high}, not ${value}.`);
}

/** Under this name the plugin provides its resolved options. */
export const EARMARK_OPTIONS = Symbol('EARMARK_OPTIONS');
