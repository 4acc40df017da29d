import type { Finding } from './report.js';
import type { Sample } from './sample.js';

export const rates = (samples: readonly Sample[]) => samples.map(({ perSecond }) => perSecond);
export const p50s = (samples: readonly Sample[]) => samples.map(({ p50 }) => p50);
export const p99s = (samples: readonly Sample[]) => samples.map(({ p99 }) => p99);

/**
 * What each took of the processor, which noise moves less than how many there were in a second. Nothing if the system does not
 * tell.
 */
export function processorOf(
  what: string,
  samples: readonly Sample[],
  goals: { readonly service?: number; readonly database?: number } = {},
): Finding[] {
  const times = samples.flatMap(({ processor }) => processor ?? []);
  if (times.length === 0) return [];
  const finding = (name: string, part: 'service' | 'database'): Finding => {
    const goal = goals[part];
    return {
      what: `${what}: processor of ${name}`,
      figures: times.map((time) => time[part]),
      unit: 'µs',
      ...(goal !== undefined && { goal: { atMost: goal } }),
    };
  };
  return [finding('the service', 'service'), finding('PostgreSQL', 'database')];
}
