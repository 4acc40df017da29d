import type { Finding } from './report.js';
import { median } from './sample.js';

/** In a shorter run the memory is still finding its size. */
const MINUTES_THAT_COUNT = 10;

/**
 * Whether memory still grows: what it is in the last third of the time, against the middle third.
 * @param figures in MiB, taken at even intervals: three at least
 */
export function growthOf(what: string, figures: readonly number[], minutes: number, how: string): Finding {
  const third = Math.floor(figures.length / 3);
  return {
    what: `${what}, last third`,
    figures: [median(figures.slice(-third))],
    unit: 'MiB',
    yardstick: { name: 'middle third', figures: [median(figures.slice(third, -third))] },
    ...(minutes >= MINUTES_THAT_COUNT && { goal: { atMost: 1.1 } }),
    note: `${minutes} minutes ${how}; judged from ${MINUTES_THAT_COUNT} minutes on`,
  };
}
