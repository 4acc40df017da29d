import { figure } from './text.js';

const WIDTH = 30;
/** Milliseconds between two drawings: smooth for the eye, nothing for the processor. */
const PACE = 60;

/** Shows on stderr how far a piece of work is: a bar on a terminal, a line for each quarter elsewhere. */
export class Progress {
  #done = 0;
  #drawnAt = 0;
  readonly #startedAt = performance.now();

  constructor(
    readonly label: string,
    readonly total: number,
    readonly out = process.stderr,
  ) {}

  step(): void {
    this.#done += 1;
    if (this.out.isTTY) this.#draw();
    else if (this.#done % Math.ceil(this.total / 4) === 0 || this.#done === this.total) {
      this.out.write(`${this.label}: ${figure(this.#done)} of ${figure(this.total)}\n`);
    }
  }

  /** Leaves a clean line behind, whether the work was finished or not. */
  end(): void {
    if (this.out.isTTY) this.out.write('\r\x1b[K');
  }

  #draw(): void {
    const now = performance.now();
    if (now - this.#drawnAt < PACE && this.#done < this.total) return;
    this.#drawnAt = now;
    const share = this.#done / this.total;
    const full = Math.round(WIDTH * share);
    const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
    const perSecond = Math.round((1_000 * this.#done) / (now - this.#startedAt));
    const text = `  ${this.label.padEnd(12)} ${bar} ${Math.floor(100 * share)} %  ${figure(this.#done)}  ${figure(perSecond)}/s`;
    this.out.write(`\r${text}\x1b[K`);
  }
}
