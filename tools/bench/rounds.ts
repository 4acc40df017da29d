import type { Sample } from './sample.js';

export const rates = (samples: readonly Sample[]) => samples.map(({ perSecond }) => perSecond);
export const p50s = (samples: readonly Sample[]) => samples.map(({ p50 }) => p50);
export const p99s = (samples: readonly Sample[]) => samples.map(({ p99 }) => p99);
