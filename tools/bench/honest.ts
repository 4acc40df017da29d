import { expectOnly, load, type Outcome } from './load.js';
import type { Finding } from './report.js';
import type { Bench } from './scenario.js';
import type { Shop } from './shop.js';

/** The SKU that honest callers order and read; there must be plenty of it. */
export const HONEST = 'HONEST';
/** Of each kind. */
const HONEST_CALLERS = 4;

/** What callers noticed who do nothing wrong. */
export interface Honest {
  readonly allocations: Outcome;
  readonly reads: Outcome;
  readonly health: Outcome;
}

/**
 * A few who order, read and look at the health, each after the answer to the call before.
 * @param until ends them before their time
 * @param mayBeRefused whether a call may be answered with 503, after which its caller waits for a second, and health may not
 * @throws unless every call succeeds
 */
export async function honest(
  shop: Shop,
  { seconds }: Pick<Bench, 'seconds'>,
  until?: AbortSignal,
  mayBeRefused = false,
): Promise<Honest> {
  const how = {
    urls: [shop.url],
    seconds,
    connections: HONEST_CALLERS,
    localAddress: '127.0.0.2',
    key: shop.key,
    ...(until && { until }),
    isPatient: mayBeRefused,
  };
  const [allocations, reads, health] = await Promise.all([
    shop.allocate(() => HONEST, how, mayBeRefused ? [201, 503] : [201], mayBeRefused),
    load({ ...how, call: () => ({ method: 'GET', path: `/v1/products/${HONEST}` }) }),
    load({ ...how, connections: 1, call: () => ({ method: 'GET', path: '/health/live' }) }),
  ]);
  expectOnly(mayBeRefused ? [200, 503] : [200], reads);
  expectOnly([200], health);
  return { allocations, reads, health };
}

export function told(what: string, { allocations, reads, health }: Honest, memory: number): Finding[] {
  return [
    { what: `${what}: p99 of an allocation`, figures: [allocations.p99], unit: 'ms' },
    { what: `${what}: p99 of a read`, figures: [reads.p99], unit: 'ms' },
    { what: `${what}: longest wait for health`, figures: [health.longest], unit: 'ms' },
    { what: `${what}: resident memory`, figures: [memory], unit: 'MiB' },
  ];
}
