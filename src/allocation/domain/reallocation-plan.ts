import { latest } from '../../vocabulary/dates.js';
import { claimsOf, isHeld, termsOf, type AllocatedLine } from './allocated-line.js';
import { haveCome } from './batch.js';
import { planLine, toLine, withPromiseOf, type LinePlan } from './line-plan.js';
import { LoadedProduct } from './loaded-product.js';
import { OrderLine, type LineTerms } from './order-line.js';
import { ReallocationLimits } from './reallocation-limits.js';
import { segmentFinder, STRATEGIES, type Segment, type Strategy } from './segment.js';
import { isHeldInQueue, placeInQueue, type WaitingLine } from './waiting-line.js';

/** A line that a run may change: it claims units, or waits for them. */
export interface Candidate {
  readonly orderId: string;
  readonly quantity: number;
  readonly terms: LineTerms;
  readonly sequence: number;
  /** The place of its segment in the order in which the segments were given. */
  readonly segment: number;
  /** What it claims; undefined: it waits. */
  readonly claimed?: AllocatedLine;
  readonly waiting?: WaitingLine;
  /** What it will claim; undefined: nothing. */
  planned?: AllocatedLine | undefined;
}

const WHOLE = {
  hasOrder: () => true,
  hasBatch: () => true,
  hasEveryOpenBatch: true,
  leavingLinesUpTo: () => Infinity,
};

/**
 * What a reallocation run would do. It plans on a copy of the batches, from which the lines that redistribute, fill or lose
 * are lifted, and so knows at once what there is for those before them; nothing of the product changes. The same again
 * on what it has led to plans no change.
 *
 * Holds take no part: a customer is paying for them, and they end by themselves within minutes. Neither does a line whose
 * batch cannot be promised any more, since nobody could have its units.
 */
export class ReallocationPlan {
  /** In the order in which they are worked off. */
  readonly lines: readonly Candidate[];
  readonly #product: LoadedProduct;
  /** The batches with the claims of all lines that have their place so far. */
  readonly #pool: LoadedProduct;
  readonly #limits: ReallocationLimits;

  constructor(
    private readonly sku: string,
    product: LoadedProduct,
    queue: readonly WaitingLine[],
    segments: readonly Segment[],
  ) {
    this.#product = product;
    const { batches, policy, today, version } = product;
    const state = { sku, version, policy, today, lines: [], lastSequence: 0, loaded: WHOLE };
    this.#pool = new LoadedProduct({ ...state, batches: batches.map((batch) => batch.state) });
    this.#limits = new ReallocationLimits(this.#pool);
    const all = candidates(product, queue, segments);
    const of = (strategy: Strategy) =>
      segments.flatMap((segment, i) =>
        segment.strategy === strategy ? all.filter((line) => line.segment === i) : [],
      );
    const lines = Object.fromEntries(STRATEGIES.map((strategy) => [strategy, of(strategy)])) as Record<
      Strategy,
      Candidate[]
    >;
    this.lines = STRATEGIES.flatMap((strategy) => lines[strategy]);

    for (const line of [...lines.win, ...lines.gain]) line.planned = line.claimed;
    const lifted = new Set(
      [...lines.redistribute, ...lines.fill, ...lines.lose].filter((line) => this.#lift(line)),
    );
    const stillToPlace = (line: Candidate) => lifted.has(line) || line.waiting !== undefined;
    this.#improve([...lines.win, ...lines.gain]);
    for (const line of lines.redistribute) if (stillToPlace(line)) this.#place(line);
    for (const line of lines.fill) if (lifted.has(line)) this.#keep(line);
    for (const line of lines.fill) if (stillToPlace(line) && !line.planned) this.#place(line);
    for (const line of lines.lose) if (stillToPlace(line)) this.#place(line);
  }

  /**
   * Takes the line's units from it, so that those before it can have them.
   * @returns whether others could
   */
  #lift(line: Candidate): boolean {
    const { claimed, terms } = line;
    if (!claimed) return false;
    const others = claimsOf(claimed).every(({ batchReference }) =>
      this.#pool.isUsable(this.#pool.batch(batchReference), terms.neededBy),
    );
    if (!others) line.planned = claimed;
    else {
      this.#pool.release(claimed);
      this.#limits.giveUp(line);
    }
    return others;
  }

  /** Gives each line what is better than what it has, until none can have anything better. */
  #improve(lines: readonly Candidate[]): void {
    const dates = new Map(
      lines.flatMap((line) => (line.claimed ? [[line, this.#dateOf(line.claimed)]] : [])),
    );
    let hasMoved = true;
    while (hasMoved) {
      hasMoved = false;
      for (const line of lines) {
        const { planned } = line;
        const date = dates.get(line);
        if (planned && date === null) continue;
        if (!planned && !this.#limits.allow(line)) continue;
        if (planned) this.#pool.release(planned);
        const plan = this.#plan(line);
        const isBetter = plan !== undefined && (!planned || isEarlier(plan.date, date!));
        if (isBetter) {
          this.#claim(line, plan);
          dates.set(line, plan.date);
        } else if (planned) this.#pool.claim(planned);
        // What it had may be what a line before it waits for.
        hasMoved ||= isBetter && planned !== undefined;
      }
    }
  }

  /** Places a line that has nothing. It stays where it was if it can, and would come no earlier elsewhere. */
  #place(line: Candidate): void {
    if (!this.#limits.allow(line)) return;
    const plan = this.#plan(line);
    const kept = this.#dateIfKept(line);
    if (kept !== undefined && !(plan && isEarlier(plan.date, kept))) this.#keep(line);
    else if (plan) this.#claim(line, plan);
  }

  /** Gives the line back what it had, if it is still there. */
  #keep(line: Candidate): void {
    if (!line.claimed || this.#dateIfKept(line) === undefined || !this.#limits.allow(line)) return;
    line.planned = line.claimed;
    this.#pool.claim(line.claimed);
    this.#limits.claim(line);
  }

  #claim(line: Candidate, plan: LinePlan): void {
    const { claimed, waiting, planned } = line;
    const promised = claimed
      ? { ...plan, previous: claimed, promisedDate: this.#product.promisedDate(claimed) }
      : withPromiseOf(waiting!, plan);
    line.planned = toLine(promised, () => line.sequence);
    this.#pool.claim(line.planned);
    if (!planned) this.#limits.claim(line);
  }

  /** What the line would claim of the units that nobody has; undefined: there is no place for it. */
  #plan({ orderId, quantity, terms }: Candidate): LinePlan | undefined {
    const line = new OrderLine({ orderId, sku: this.sku, quantity, terms });
    const plan = planLine(this.#pool, line, undefined, { mayTakeProtected: true });
    return 'places' in plan ? plan : undefined;
  }

  /** The day on which the line has its units; null: it has them now. */
  #dateOf(line: AllocatedLine): string | null {
    const isAtOnce = this.#product.promisedDate(line) === null;
    return latest(
      claimsOf(line).map(({ batchReference, quantity }) => {
        const batch = this.#pool.batch(batchReference);
        return haveCome(quantity, batch, isAtOnce) ? null : batch.eta;
      }),
    );
  }

  /** The day on which it would have what it had; undefined: that is not free any more. */
  #dateIfKept({ claimed }: Candidate): string | null | undefined {
    if (!claimed) return undefined;
    const places = claimsOf(claimed).map(({ batchReference, quantity }) => ({
      quantity,
      batch: this.#pool.batch(batchReference),
    }));
    if (places.some(({ batch, quantity }) => batch.available < quantity)) return undefined;
    return latest(places.map(({ batch, quantity }) => batch.dateOf(quantity, 0)));
  }
}

/** The lines that match a segment: higher priority before lower, then the oldest. */
function candidates(
  product: LoadedProduct,
  queue: readonly WaitingLine[],
  segments: readonly Segment[],
): Candidate[] {
  const segmentOf = segmentFinder(segments);
  const claiming = [...product.lines]
    .filter((line) => !isHeld(line))
    .map((line) => {
      const { orderId, quantity, sequence } = line;
      const terms = termsOf(line);
      const segment = segmentOf({ orderId, terms, isWaiting: false });
      return { orderId, quantity, sequence, terms, segment, claimed: line };
    });
  const waiting = queue
    .filter((line) => !isHeldInQueue(line))
    .map((line) => {
      const { orderId, quantity, sequence, terms } = line;
      const segment = segmentOf({ orderId, terms, isWaiting: true });
      return { orderId, quantity, sequence, terms, segment, waiting: line };
    });
  return [...claiming, ...waiting]
    .filter(({ segment }) => segment >= 0)
    .sort((a, b) => placeInQueue(a) - placeInQueue(b));
}

function isEarlier(date: string | null, than: string | null): boolean {
  return than !== null && (date === null || date < than);
}
