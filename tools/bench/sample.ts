/** What one round of one part has shown. Latencies in milliseconds. */
export interface Sample {
  /** All that were done. */
  readonly count: number;
  /** Those that were done within the time of the round. */
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly longest: number;
  /** The longest time, in milliseconds, in which none was done. */
  readonly longestPause: number;
  /** Microseconds of processor that each took, in all processes of the service and of PostgreSQL; left out where nobody tells. */
  readonly processor?: { readonly service: number; readonly database: number } | null;
}

export function statistics(
  latencies: readonly number[],
): Pick<Sample, 'count' | 'p50' | 'p95' | 'p99' | 'longest'> {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), longest: at(1) };
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
