import type { LoggedEvent } from './log.js';

/** A batch as `batches` keeps it. */
export interface Paper {
  readonly sku: string;
  readonly quantity: number;
  readonly eta: string | null;
}

/** What the paper may be at a moment, and how many of its receipts it has followed by then. */
interface Possible extends Paper {
  readonly followed: number;
  /** Whether it has followed one by which it has arrived, and still has to say so: it does if it was changed before. */
  readonly isToTell: boolean;
}

interface Receipt {
  readonly by: number;
  readonly isComplete: boolean;
}

/**
 * What was bought, according to the log alone. Paper follows a receipt some time after its event and says nothing of it, so
 * several states may be possible until another event tells.
 */
export class PaperReplay {
  readonly #possible = new Map<string, readonly Possible[]>();
  readonly #receipts = new Map<string, Receipt[]>();

  has(reference: string): boolean {
    return this.#possible.has(reference);
  }

  register(reference: string, paper: Paper): void {
    this.#possible.set(reference, [{ ...paper, followed: 0, isToTell: false }]);
    this.#receipts.set(reference, []);
  }

  receive({ batchReference, overReceived, missing, outstanding }: LoggedEvent['data']): void {
    const receipt = { by: overReceived - missing, isComplete: outstanding === 0 };
    this.#receipts.get(batchReference)?.push(receipt);
  }

  /**
   * Something of it has become something else.
   * @returns whether that can have been so
   */
  change(reference: string, was: Partial<Paper>, is: Partial<Paper>): boolean {
    const before = this.#reachable(reference).filter(
      ({ quantity, eta }) =>
        (was.quantity === undefined || was.quantity === quantity) &&
        (was.eta === undefined || was.eta === eta),
    );
    this.#possible.set(
      reference,
      before.map((paper) => ({ ...paper, ...is, isToTell: paper.isToTell && is.eta === undefined })),
    );
    return before.length > 0;
  }

  /** What it may be once every receipt is followed, by reference. */
  ends(): Map<string, readonly Paper[]> {
    const ends = [...this.#possible.keys()].map((reference): [string, readonly Paper[]] => {
      const count = this.#receipts.get(reference)!.length;
      return [
        reference,
        this.#reachable(reference).filter(({ followed, isToTell }) => followed === count && !isToTell),
      ];
    });
    return new Map(ends);
  }

  #reachable(reference: string): Possible[] {
    const receipts = this.#receipts.get(reference) ?? [];
    return (this.#possible.get(reference) ?? []).flatMap((from) => {
      const reached = [from];
      let last = from;
      for (const { by, isComplete } of last.isToTell ? [] : receipts.slice(from.followed)) {
        const next = { ...last, quantity: last.quantity + by, followed: last.followed + 1 };
        if (isComplete && last.eta !== null) reached.push({ ...next, isToTell: true });
        last = { ...next, eta: isComplete ? null : last.eta };
        reached.push(last);
      }
      return reached;
    });
  }
}
