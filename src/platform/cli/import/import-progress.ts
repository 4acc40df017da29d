import { duration, figure } from '../print.js';
import { ProgressLine } from '../progress-line.js';

/** Shows how far an import is, its rate, and, if the size of the file is known, the time left. */
export class ImportProgress extends ProgressLine {
  readonly #startedAt = performance.now();

  /** @param size of the file in bytes; null if unknown */
  constructor(
    private readonly size: number | null,
    out?: NodeJS.WriteStream,
  ) {
    super(out);
  }

  /** @param end bytes of the file that were imported */
  reached(rows: number, end: number): void {
    this.draw(() => formatProgress(rows, end, this.size, performance.now() - this.#startedAt));
  }
}

/** @param elapsedMs since the start of the import */
export function formatProgress(rows: number, end: number, size: number | null, elapsedMs: number): string {
  const rate = `${figure(rows)} rows  ${figure((1_000 * rows) / elapsedMs)}/s`;
  if (!size || end === 0) return rate;
  const share = Math.min(1, end / size);
  return `${rate}  ${Math.floor(100 * share)} %  ${duration((elapsedMs / share) * (1 - share))} left`;
}
