/** What one round of one part has shown. Latencies in milliseconds. */
export interface Sample {
  /** Those that were done within the time of the round. */
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly longest: number;
  /** The longest time, in milliseconds, in which none was done. */
  readonly longestPause: number;
}

export function statistics(latencies: readonly number[]): Pick<Sample, 'p50' | 'p95' | 'p99' | 'longest'> {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), longest: at(1) };
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
