import { INTERRUPTED } from '../application-runner.js';
import { duration, figure } from '../print.js';
import type { Summary } from './import-rows.js';

/** Labels of the counts of rows that are new, that changed something, and that changed nothing. */
export type Labels = readonly [fresh: string, updated: string | null, repeated: string];

export type Outcome = Summary & {
  readonly seconds: number;
  readonly rowsPerSecond: number;
  /** Of this process. */
  readonly peakMemoryMiB: number;
};

export function outcomeOf(summary: Summary, elapsedMs: number): Outcome {
  return {
    ...summary,
    seconds: Math.round(elapsedMs) / 1_000,
    rowsPerSecond: Math.round((1_000 * summary.rows) / elapsedMs),
    peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
  };
}

export function formatOutcome(
  { rows, new: fresh, updated, repeated, rejected, isInterrupted, ...outcome }: Outcome,
  labels: Labels = ['new', null, 'repeated'],
): string {
  const { seconds, rowsPerSecond, peakMemoryMiB } = outcome;
  const [freshLabel, updatedLabel, repeatedLabel] = labels;
  const lines: [string | null, number][] = [
    [freshLabel, fresh],
    [updatedLabel, updated],
    [repeatedLabel, repeated],
    ['rejected', total(rejected)],
    ...Object.entries(rejected).map(([reason, count]): [string, number] => [`  ${reason}`, count]),
  ];
  return [
    `${isInterrupted ? 'Interrupted after' : 'Read'} ${figure(rows)} rows in ${duration(1_000 * seconds)} ` +
      `(${figure(rowsPerSecond)} rows/s, peak memory ${peakMemoryMiB} MiB)`,
    ...lines.flatMap(([label, count]) =>
      label === null ? [] : `${label.padEnd(22)} ${figure(count).padStart(13)}`,
    ),
  ].join('\n');
}

/** 0 if any row was accepted. */
export function exitCodeOf({ rows, rejected, isInterrupted }: Summary): number {
  if (isInterrupted) return INTERRUPTED;
  return total(rejected) === rows ? 1 : 0;
}

/** Of all reasons. */
export function total(counts: Summary['rejected']): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
