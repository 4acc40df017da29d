import { Random } from '../../testing/random.js';

const WEIGHTS = {
  'kill leader of outgoing stream': 3,
  'kill leader of incoming stream': 2,
  'kill leader of consumer': 3,
  'kill a server': 2,
  'kill two servers': 2,
  'kill all servers': 1,
  'freeze leader of outgoing stream': 2,
  'freeze leader of consumer': 2,
  'delete consumer': 2,
};

export type BrokerFaultKind = keyof typeof WEIGHTS;
export const BROKER_FAULTS = Object.keys(WEIGHTS) as BrokerFaultKind[];

export interface BrokerFault {
  readonly kind: BrokerFaultKind;
  /** Milliseconds from when the cluster is whole until this happens. */
  readonly after: number;
  /** Milliseconds until the servers run again. */
  readonly lasts: number;
  /** Which server, if the kind does not say; of two, the one that stays. */
  readonly server: number;
}

/** Milliseconds: shorter and longer than the servers take to elect another leader. */
const SHORT = [100, 3_000] as const;
const LONG = [10_000, 14_000] as const;

/** More than any schedule has time for, by the seed alone. */
const MOST = 100;

/** What happens to the NATS servers, one thing after the other: each waits until the cluster is whole again. */
export function brokerFaultsOf(seed: number): BrokerFault[] {
  const random = new Random(seed);
  return Array.from({ length: MOST }, () => ({
    kind: random.weighted(BROKER_FAULTS, (kind) => WEIGHTS[kind]),
    after: random.between(500, 2_000),
    lasts: random.chance(0.5) ? random.between(...SHORT) : random.between(...LONG),
    server: random.between(0, 2),
  }));
}
