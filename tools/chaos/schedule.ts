import { Random } from '../../testing/random.js';

const WEIGHTS = {
  'kill instance': 3,
  'kill postgres': 4,
  'crash backend': 2,
  'freeze instance': 3,
  'freeze postgres': 2,
  'cut connections': 3,
  'strand connections': 2,
  'stall connections': 2,
  'fill disk': 3,
  'broker away': 1,
  'mail away': 1,
  'clock jumps': 2,
};

export type FaultKind = keyof typeof WEIGHTS;
export const FAULTS = Object.keys(WEIGHTS) as FaultKind[];

export interface Fault {
  readonly kind: FaultKind;
  /** Milliseconds after the clients began. */
  readonly at: number;
  /** Milliseconds; what is killed is gone for so long where it does not start by itself. */
  readonly lasts: number;
  /** Where it concerns one of them. */
  readonly instance: number;
  /** Milliseconds by which a clock jumps. */
  readonly jump: number;
}

export const INSTANCES = 2;
const MINUTE = 60_000;
const JUMPS = [-24 * 60, -90, -1, 0, 1, 90, 24 * 60].map((minutes) => minutes * MINUTE);

/** What goes wrong, and when: by the seed alone. One fault may begin before another one has ended. */
export function scheduleOf(seed: number, seconds: number): Fault[] {
  const random = new Random(seed);
  const faults: Fault[] = [];
  for (let at = random.between(300, 900); at < seconds * 1_000 - 300; at += random.between(400, 1_500)) {
    faults.push({
      kind: random.weighted(FAULTS, (kind) => WEIGHTS[kind]),
      at,
      lasts: random.chance(0.3) ? random.between(20, 200) : random.between(400, 2_500),
      instance: random.between(0, INSTANCES - 1),
      jump: random.pick(JUMPS),
    });
  }
  return faults;
}
