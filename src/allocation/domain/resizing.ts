import { inSteps, type Steps } from '../../kernel/domain/steps.js';
import type { AllocationEvent } from '../contract/allocation.contract.js';
import { haveSameClaims, isHeld, termsOf, type AllocatedLine } from './allocated-line.js';
import type { Backorders } from './backorders.js';
import type { Batch } from './batch.js';
import { planLine, toLine, type Shortage } from './line-plan.js';
import type { LoadedProduct } from './loaded-product.js';
import { OrderLine } from './order-line.js';
import { lineReallocated } from './product-events.js';

/** How the lines of a batch that shrinks are changed. */
interface Access {
  readonly sku: string;
  readonly loaded: LoadedProduct;
  record(event: (productVersion: number) => AllocationEvent): void;
  refuse(shortage: Shortage): void;
  /** A line that was released is gone. */
  remove(line: AllocatedLine): void;
}

/** What becomes of the lines of a batch that has another number of units (rules 6 and 6b). */
export class Resizing {
  constructor(
    private readonly product: Access,
    private readonly backorders: Backorders,
  ) {}

  /**
   * Lines that the batch does not hold with its new quantity leave it, and are placed again.
   * @param change gives the batch its new quantity
   * @throws {NotLoaded} if too few of the lines that leave first are here
   */
  *resize(batch: Batch, quantity: number, change: () => void): Steps {
    const { loaded } = this.product;
    const leaving = yield* loaded.leavingLines(quantity, batch);
    yield* inSteps(leaving, (line) => loaded.release(line));
    change();
    loaded.touch(batch);
    yield* inSteps(leaving.reverse(), (line) => this.#reallocate(line));
  }

  /** Places a line again that was released. */
  #reallocate(previous: AllocatedLine): void {
    const { loaded, sku } = this.product;
    const { orderId, quantity } = previous;
    const line = new OrderLine({ orderId, sku, quantity, terms: termsOf(previous) });
    const plan = planLine(loaded, line, undefined, { mayTakeProtected: true });
    if (!('places' in plan)) {
      if (line.terms.mayWait) {
        loaded.lines.remove(previous);
        this.backorders.add(line, 'batch-shrunk', previous);
      } else this.product.remove(previous);
      return this.product.refuse(plan);
    }
    const promisedDate = loaded.promisedDate(previous);
    const moved = toLine({ ...plan, previous, promisedDate }, () => previous.sequence);
    loaded.claim(moved);
    if (haveSameClaims(moved, previous)) return;
    const allocation = loaded.allocation(moved);
    this.product.record((version) =>
      lineReallocated(allocation, previous, isHeld(previous), version, undefined, plan.passedOver),
    );
  }
}
