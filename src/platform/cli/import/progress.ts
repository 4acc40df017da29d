import { duration, figure } from '../print.js';

/** Milliseconds between two drawings. */
const PACE = 100;

/** Shows on a terminal how far an import is, its rate, and from the size of the file the time that is left. */
export class Progress {
  readonly #size: number | null;
  readonly #out: NodeJS.WriteStream;
  readonly #startedAt = performance.now();
  #drawnAt = 0;

  /** @param size of the file in bytes; null where nobody knows */
  constructor(size: number | null, out: NodeJS.WriteStream = process.stderr) {
    this.#size = size;
    this.#out = out;
  }

  /** @param end bytes of the file up to there */
  reached(rows: number, end: number): void {
    const now = performance.now();
    if (!this.#out.isTTY || now - this.#drawnAt < PACE) return;
    this.#drawnAt = now;
    this.#out.write(`\r${progressLine(rows, end, this.#size, now - this.#startedAt)}\x1b[K`);
  }

  /** Leaves a clean line to whoever writes next. */
  clear(): void {
    if (this.#out.isTTY) this.#out.write('\r\x1b[K');
  }
}

/** @param elapsed milliseconds */
export function progressLine(rows: number, end: number, size: number | null, elapsed: number): string {
  const rate = `${figure(rows)} rows  ${figure((1_000 * rows) / elapsed)}/s`;
  if (!size || end === 0) return rate;
  const share = Math.min(1, end / size);
  return `${rate}  ${Math.floor(100 * share)} %  ${duration((elapsed / share) * (1 - share))} left`;
}
