/** The pause between two looks at the log: it can be cut short, and is left out where that happened before it began. */
export class WakeableDelay {
  #isWoken = false;
  #end: () => void = () => undefined;

  wake(): void {
    this.#isWoken = true;
    this.#end();
  }

  /** Whoever called `wake` before has called for nothing. */
  clear(): void {
    this.#isWoken = false;
  }

  async wait(milliseconds: number): Promise<void> {
    if (!this.#isWoken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isWoken = false;
  }
}
