import { Random } from '../../testing/random.js';
import { INSTANCES, type Fault, type FaultKind } from './schedule.js';

const WEIGHTS = {
  'kill primary': 3,
  'lose primary ahead of standbys': 3,
  'crash session of primary': 1,
  'freeze primary': 3,
  'cut off primary': 3,
  'kill Patroni of primary': 2,
  'lose machine of primary': 3,
  'restart primary': 1,
  'switch over': 1,
  'kill standby': 2,
  'freeze standby': 2,
  'cut off standby': 2,
};

export type FailoverKind = keyof typeof WEIGHTS;
export const FAILOVERS = Object.keys(WEIGHTS) as FailoverKind[];

export interface Failover {
  readonly kind: FailoverKind;
  /** Milliseconds from when the cluster is whole until this happens. */
  readonly after: number;
  /** Milliseconds until what was done to the node ends. */
  readonly lasts: number;
}

/** Milliseconds: shorter and longer than Patroni's `ttl`, after which another node leads. */
const SHORT = [500, 6_000] as const;
const LONG = [23_000, 28_000] as const;

/** More than any schedule has time for, by the seed alone. */
const MOST = 40;

/** What happens to the nodes of the database, one thing after the other: each waits until the cluster is whole again. */
export function failoversOf(seed: number): Failover[] {
  const random = new Random(seed);
  return Array.from({ length: MOST }, () => ({
    kind: random.weighted(FAILOVERS, (kind) => WEIGHTS[kind]),
    after: random.between(1_000, 4_000),
    lasts: random.chance(0.4) ? random.between(...SHORT) : random.between(...LONG),
  }));
}

const AROUND: readonly FaultKind[] = [
  'kill instance',
  'freeze instance',
  'cut connections',
  'strand connections',
  'broker away',
];

/** What goes wrong around the database meanwhile. Its times are not those of `failoversOf`. */
export function faultsAround(seed: number, seconds: number): Fault[] {
  const random = new Random(seed + 0x5eed);
  const faults: Fault[] = [];
  for (
    let at = random.between(2_000, 6_000);
    at < seconds * 1_000 - 1_000;
    at += random.between(3_000, 9_000)
  ) {
    const lasts = random.between(100, 2_500);
    faults.push({
      kind: random.pick(AROUND),
      at,
      lasts,
      instance: random.between(0, INSTANCES - 1),
      jump: 0,
    });
  }
  return faults;
}
