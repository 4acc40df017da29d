const REDRAW_MS = 100;

/** A line on a terminal that shows how far a command is. If stderr is no terminal, nothing is shown. */
export class ProgressLine {
  #drawnAt = 0;

  constructor(private readonly out: NodeJS.WriteStream = process.stderr) {}

  /** Draws the text at most ten times a second. */
  draw(text: () => string): void {
    const now = performance.now();
    if (!this.out.isTTY || now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.out.write(`\r${text()}\x1b[K`);
  }

  /** Removes the line before something else is printed. */
  clear(): void {
    if (this.out.isTTY) this.out.write('\r\x1b[K');
  }
}
