import { claimsOf, type AllocatedLine } from './allocated-line.js';
import type { ShortLine } from './errors.js';
import type { LinePlan, Shortage } from './line-plan.js';
import { AlreadyShipped } from './order-errors.js';
import { OrderLine, type LineTerms } from './order-line.js';
import type { OrderedLine } from './order-state.js';
import type { Product } from './product.js';
import type { WantedLine } from './wanted-order.js';

/** What all lines of an order have in common. */
export type OrderTerms = Pick<LineTerms, 'expiresAt' | 'priority' | 'mayWait'> & {
  readonly channel: string | null;
  readonly locations: readonly string[] | null;
};

/** What becomes of a line; undefined if all of it has left. */
export type Plan = LinePlan | Shortage | undefined;

const NOTHING_HAS_LEFT: Partial<OrderedLine> = {};

/** How the lines of an order change: each is planned first, and carried out once all of them are. */
export class LineChanges {
  constructor(private readonly order: { readonly orderId: string; product(sku: string): Product }) {}

  /**
   * What the line would claim beside what has left of it; undefined if all of it has.
   * @throws {AlreadyShipped} if more has left than it asks for
   */
  plan(wanted: WantedLine, ofOrder: OrderTerms, existing: OrderedLine | undefined): Plan {
    const { orderId } = this.order;
    const { sku, quantity } = wanted;
    const shipped = existing?.shipped ?? 0;
    if (quantity < shipped) throw new AlreadyShipped(orderId, sku, shipped);
    if (quantity === shipped) return undefined;
    const terms = termsOfLine(wanted, ofOrder);
    return this.order.product(sku).plan(new OrderLine({ orderId, sku, quantity: quantity - shipped, terms }));
  }

  /**
   * What each of the lines would claim. If they may come from some places only, all of them come from the first that can
   * meet them all; otherwise each line goes by the order of the places. A line that is at one of them stays there.
   * @throws {AlreadyShipped} if more has left of one than it asks for
   */
  planAll(
    lines: readonly WantedLine[],
    terms: OrderTerms,
    existing: ReadonlyMap<string, OrderedLine>,
  ): readonly Plan[] {
    const planAt = (locations: readonly string[]) =>
      lines.map((line) => this.plan(line, { ...terms, locations }, existing.get(line.sku)));
    const plans = lines.map((line) => this.plan(line, terms, existing.get(line.sku)));
    if (terms.locations === null || terms.locations.length < 2 || shortOf(plans).length > 0) return plans;
    for (const location of terms.locations) {
      const together = planAt([location]);
      if (together.every((plan, i) => isNoWorse(plan, plans[i])))
        return together.map((plan) => plan && withLocations(plan, terms.locations!));
    }
    return plans;
  }

  /** The line gets what was planned. Its first date is its promised date (rule 7b). */
  carryOut(plan: LinePlan, wanted: WantedLine, previous: OrderedLine | undefined): OrderedLine {
    const product = this.order.product(wanted.sku);
    if (previous && !previous.isUnpromised) {
      product.carryOut({ ...plan, promisedDate: previous.promisedDate });
      return { ...previous, ...factsOf(wanted) };
    }
    product.carryOut(plan);
    // Fields one by one: up to Node 20 a spread takes as long as a rule of allocation.
    const { sku, quantity, split, neededBy } = wanted;
    const { shipped = 0, returned = 0, shippedFrom } = previous ?? NOTHING_HAS_LEFT;
    const promised = { sku, quantity, split, neededBy, promisedDate: plan.date, shipped, returned };
    return shippedFrom ? { ...promised, shippedFrom } : promised;
  }

  /** The line waits (rule 12). A promised date that it has stays; a new line has none until it gets its units. */
  wait(shortage: Shortage, wanted: WantedLine, previous: OrderedLine | undefined): OrderedLine {
    const promisedDate = previous?.isUnpromised ? undefined : previous?.promisedDate;
    this.order.product(wanted.sku).backorders.wait(shortage, promisedDate);
    const fresh = { promisedDate: null, isUnpromised: true, shipped: 0, returned: 0 } as const;
    return { ...(previous ?? fresh), ...factsOf(wanted) };
  }

  /** A line that cannot become what was asked for: it stays as it is, but on the terms of its order. */
  leave(line: OrderedLine, terms: OrderTerms): OrderedLine {
    const { orderId } = this.order;
    const product = this.order.product(line.sku);
    const waiting = product.backorders.find(orderId);
    if (waiting) {
      const asItWaits = termsOfLine(waiting.terms, { ...terms, mayWait: true });
      product.backorders.amend(orderId, { terms: asItWaits });
    }
    if (waiting || !product.holds(orderId)) return line;
    // It is not asked again whether it comes in time, and from one of the places.
    const plan = this.plan({ ...line, neededBy: null }, { ...terms, locations: null }, line);
    if (!plan || !('places' in plan)) return line;
    const { neededBy } = line;
    const asItWas = { ...plan.line.terms, neededBy, ...(terms.locations && { locations: terms.locations }) };
    product.carryOut({ ...plan, line: new OrderLine({ ...plan.line, terms: asItWas }) });
    return line;
  }

  /** Reports the lines that do not fit (rule 5). */
  refuse(short: readonly Shortage[]): ShortLine[] {
    return short.map((shortage) => {
      const { line, available, earliest } = shortage;
      this.order.product(line.sku).refuse(shortage);
      return { sku: line.sku, requested: line.quantity, available, earliest };
    });
  }
}

function termsOfLine(
  { split, neededBy }: Pick<LineTerms, 'split' | 'neededBy'>,
  ofOrder: OrderTerms,
): LineTerms {
  const { expiresAt, priority, channel, locations, mayWait } = ofOrder;
  const terms = { split, neededBy, expiresAt, priority };
  // Nearly all lines have no more, and pay nothing for it.
  if (channel === null && locations === null && !mayWait) return terms;
  return {
    ...terms,
    ...(channel !== null && { channel }),
    ...(locations !== null && { locations }),
    ...(mayWait && { mayWait }),
  };
}

/** Whether the line gets its units, and no line leaves a batch at which it could stay. */
function isNoWorse(plan: Plan, byOrder: Plan): boolean {
  if (plan === undefined) return true;
  if (!('places' in plan)) return false;
  const { previous } = plan;
  const staysByOrder =
    previous !== undefined && byOrder !== undefined && 'places' in byOrder && stays(byOrder, previous);
  return !staysByOrder || stays(plan, previous);
}

function stays({ places }: LinePlan, previous: AllocatedLine): boolean {
  return claimsOf(previous).some((claim) =>
    places.some(({ batch }) => batch.reference === claim.batchReference),
  );
}

function withLocations(plan: LinePlan | Shortage, locations: readonly string[]): LinePlan | Shortage {
  const { terms } = plan.line;
  return { ...plan, line: new OrderLine({ ...plan.line, terms: { ...terms, locations } }) };
}

/** The lines that do not fit. */
export function shortOf(plans: readonly Plan[]): Shortage[] {
  return plans.filter((plan) => plan !== undefined && !('places' in plan)) as Shortage[];
}

function factsOf({ sku, quantity, split, neededBy }: WantedLine): WantedLine {
  return { sku, quantity, split, neededBy };
}
