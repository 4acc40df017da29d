import type { AllocationEvent } from '../contract/allocation.contract.js';
import { haveSameClaims } from './allocated-line.js';
import type { Backorders } from './backorders.js';
import type { LoadedProduct } from './loaded-product.js';
import { NotLoaded } from './not-loaded.js';
import { OrderLine } from './order-line.js';
import { lineAllocated, lineGone, lineReallocated } from './product-events.js';
import { ReallocationPlan, type Candidate } from './reallocation-plan.js';
import { TooManyLines } from './reallocation-errors.js';
import type { Segment } from './segment.js';
import { UnknownProduct } from './unknown-product.js';

/** The most lines of a product, claiming and waiting, that one run looks at. */
export const MOST_LINES_OF_A_RUN = 10_000;

/** How the lines of a product are changed. */
interface Access {
  readonly sku: string;
  readonly loaded: LoadedProduct;
  /** Whether every line is here; undefined: nobody asked for that; false: there are too many. */
  readonly hasEveryLine: boolean | undefined;
  record(event: (productVersion: number) => AllocationEvent): void;
}

/** Why the run gives a line other units, or takes them. */
const reasonOf = ({ segment }: Candidate, segments: readonly Segment[]) =>
  ({ reason: 'reallocation-run', strategy: segments[segment]!.strategy }) as const;

/**
 * Reassigns the units of a product, segment by segment: see `Strategy`. Lines that match no segment, and holds, keep
 * what they have. A line never loses to one of a later segment. Of an order with several lines, a run changes the line of its
 * product only.
 */
export class ReallocationRun {
  constructor(
    private readonly product: Access,
    private readonly backorders: Backorders,
  ) {}

  /**
   * Lines that lose all they had wait, if their order accepts that, or are deallocated. What the segments leave goes to the
   * lines that wait, as ever (rule 12).
   * @returns the lines that match a segment, in the order in which they were worked off
   * @throws {UnknownProduct} if no batch of the SKU was ever registered
   * @throws {TooManyLines} if too many lines claim its units or wait for them
   */
  run(segments: readonly Segment[]): readonly Candidate[] {
    const { sku, loaded, hasEveryLine } = this.product;
    if (!loaded.isKnown) throw new UnknownProduct(sku);
    if (hasEveryLine === undefined) throw new NotLoaded('Every line');
    if (!hasEveryLine) throw new TooManyLines(sku, MOST_LINES_OF_A_RUN);
    const { lines } = new ReallocationPlan(sku, loaded, this.backorders.inOrder, segments);
    const changed = lines.filter(hasChanged);
    for (const { claimed } of changed) if (claimed) loaded.release(claimed);
    for (const line of changed) if (!line.planned) this.#lose(line, segments);
    for (const line of changed) if (line.planned) this.#give(line, segments);
    if (changed.length > 0) this.backorders.serve();
    return lines;
  }

  #lose(line: Candidate, segments: readonly Segment[]): void {
    const { sku, loaded } = this.product;
    const claimed = line.claimed!;
    const { reason, strategy } = reasonOf(line, segments);
    loaded.lines.remove(claimed);
    if (line.terms.mayWait) {
      const { orderId, quantity, terms } = line;
      this.backorders.add(new OrderLine({ orderId, sku, quantity, terms }), reason, claimed, { strategy });
    } else this.product.record((version) => lineGone(sku, claimed, reason, version, strategy));
  }

  #give(line: Candidate, segments: readonly Segment[]): void {
    const { loaded } = this.product;
    const { claimed, waiting } = line;
    const planned = line.planned!;
    const why = reasonOf(line, segments);
    if (waiting) this.backorders.leave(waiting);
    loaded.claim(planned);
    const allocation = loaded.allocation(planned);
    this.product.record((version) =>
      claimed
        ? lineReallocated(allocation, claimed, false, version, why)
        : lineAllocated(allocation, version, 'backorder', why),
    );
  }
}

function hasChanged({ claimed, planned }: Candidate): boolean {
  return claimed && planned ? !haveSameClaims(claimed, planned) : claimed !== planned;
}
