import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import type { WantedLine, WantedOrder } from '../../src/allocation/domain/wanted-order.js';
import { LONGEST_HOLD, skusOf, type Asked, type OrderAnswer, type OrderCommand } from './order.commands.js';
import { isPlace, unitsOn, type Plan } from './placement.model.js';
import { ModelProduct } from './product.model.js';

interface RecordedLine extends WantedLine {
  /** Undefined: it was promised none yet. */
  readonly promisedDate: string | null | undefined;
}

/** What all lines of an order have in common. */
interface OrderTerms {
  readonly expiresAt: Date | null;
  readonly priority: number;
  readonly channel: string | null;
  readonly locations: readonly string[] | null;
  readonly mayWait: boolean;
}

interface OrderRecord extends OrderTerms {
  readonly createdAt: Date;
  readonly shipComplete: boolean;
  readonly cancelledAt: Date | null;
  readonly lines: readonly RecordedLine[];
}

/** What is there of an order. */
export interface OrderPicture extends Omit<OrderRecord, 'createdAt' | 'cancelledAt' | 'lines'> {
  /** 0: it has no record. */
  readonly version: number;
  readonly state: string;
  readonly lines: readonly object[];
}

const refused = (code: string, facts: object) => ({ refused: code, facts });

/**
 * Orders over several products, as the contract has them: everything is asked of the products first, and then changed.
 * Orders without a record are their loose lines.
 */
export class ModelStock {
  readonly #products = new Map<string, ModelProduct>();
  readonly #records = new Map<string, OrderRecord & { version: number }>();
  #versions = new Map<string, number>();
  #now = new Date(0);

  constructor(skus: readonly string[]) {
    for (const sku of skus) this.#products.set(sku, new ModelProduct(sku));
  }

  product(sku: string): ModelProduct {
    return this.#products.get(sku)!;
  }

  /** Answers what is asked in one transaction. */
  transact(
    asked: readonly Asked[],
    now: Date,
  ): { answers: OrderAnswer[]; events: Map<string, readonly AllocationEvent[]> } {
    this.#now = now;
    this.#versions = new Map([...this.#records].map(([orderId, { version }]) => [orderId, version]));
    const loaded = new Set(
      asked.flatMap((each) => [
        ...skusOf(each),
        ...(each.ask === 'of product' ? [] : this.#skusOf(each.orderId)),
      ]),
    );
    for (const sku of loaded) {
      this.#keepPromises(sku);
      this.product(sku).begin(now);
    }
    const answers = asked.map((each) => this.#answer(each));
    // An order without lines has no record, unless it stays cancelled.
    for (const [orderId, { lines, cancelledAt }] of this.#records)
      if (lines.length === 0 && !cancelledAt) this.#records.delete(orderId);
    // An order that changes writes down the dates of lines that have waited.
    for (const [orderId, { version }] of this.#records)
      if (version !== this.#versions.get(orderId)) this.#records.set(orderId, this.#recordOf(orderId)!);
    return { answers, events: new Map([...loaded].map((sku) => [sku, this.product(sku).commit()])) };
  }

  pictureOf(orderId: string, now: Date): OrderPicture | undefined {
    this.#now = now;
    const record = this.#recordOf(orderId);
    if (!record && this.#looseLines(orderId).length === 0) return undefined;
    const { createdAt: _, cancelledAt, lines: recorded, ...terms } = this.#orderOf(orderId);
    const { expiresAt } = terms;
    const hasNotEnded = expiresAt === null || expiresAt > now;
    const lines = recorded.map((line) => {
      const product = this.product(line.sku);
      const claims = hasNotEnded ? product.claimsOf(orderId, line.promisedDate === null) : [];
      const claiming = expiresAt ? 'held' : 'allocated';
      const waiting = hasNotEnded && product.waitingOf(orderId) ? 'backordered' : 'refused';
      return { ...line, state: claims.length > 0 ? claiming : waiting, claims };
    });
    const are = (wanted: string) => lines.every(({ state }) => state === wanted);
    const whole = ['backordered', 'allocated'].find(are) ?? 'partly-allocated';
    const hold = expiresAt && (hasNotEnded ? 'held' : 'expired');
    const state = cancelledAt ? 'cancelled' : (hold ?? whole);
    return { version: record?.version ?? 0, state, ...terms, lines };
  }

  /** Orders keep the dates of lines that have waited and were then promised their units, also if their hold ends. */
  #keepPromises(sku: string): void {
    for (const [orderId, { expiresAt, lines }] of this.#records) {
      if (expiresAt === null || expiresAt > this.#now) continue;
      const promisedDate = this.product(sku).promisedDateOf(orderId);
      const isMissing = (line: RecordedLine) => line.sku === sku && line.promisedDate === undefined;
      if (promisedDate === undefined || !lines.some(isMissing)) continue;
      const kept = lines.map((line) => (isMissing(line) ? { ...line, promisedDate } : line));
      this.#records.set(orderId, { ...this.#records.get(orderId)!, lines: kept });
    }
  }

  #answer(asked: Asked): OrderAnswer {
    switch (asked.ask) {
      case 'of product':
        return this.#ofProduct(asked);
      case 'put':
        return this.#put(asked.orderId, asked.wanted);
      case 'confirm':
        return this.#confirm(asked.orderId);
      case 'cancel':
        return this.#cancel(asked.orderId);
      case 'give back':
        return this.#giveBack(asked.orderId);
      case 'allocate line':
        return this.#allocateLine(asked);
      case 'deallocate line':
        return this.#deallocateLine(asked);
    }
  }

  #ofProduct({ sku, command }: Extract<Asked, { ask: 'of product' }>): OrderAnswer {
    const product = this.product(sku);
    if (command.ask === 'allocate' && !product.isKnown) return product.ask(command);
    if ((command.ask === 'allocate' || command.ask === 'deallocate') && this.#records.has(command.orderId))
      return refused('part-of-order', { orderId: command.orderId });
    return product.ask(command);
  }

  #put(orderId: string, wanted: WantedOrder): OrderAnswer {
    const skus = wanted.lines.map(({ sku }) => sku);
    const twice = skus.find((sku, i) => skus.indexOf(sku) < i);
    if (twice) return refused('duplicate-sku', { orderId, sku: twice });
    const before = this.#orderOf(orderId);
    if (before.cancelledAt && !wanted.reopen) return refused('order-cancelled', { orderId });
    const isNew = !this.#exists(orderId);
    const createdAt = isNew || before.cancelledAt ? this.#now : before.createdAt;
    const isFirm = !isNew && !before.cancelledAt && before.expiresAt === null;
    if (wanted.expiresInSeconds !== null && isFirm) return refused('order-firm', { orderId });
    const latest = after(createdAt, LONGEST_HOLD);
    if (wanted.expiresInSeconds !== null && latest <= this.#now) return this.#holdExpired(orderId, latest);
    const asked = wanted.expiresInSeconds === null ? null : after(this.#now, wanted.expiresInSeconds);
    const expiresAt = asked && asked > latest ? latest : asked;

    const { priority, channel, locations, shipComplete } = wanted;
    const mayWait = wanted.whenShort === 'backorder';
    const terms = { expiresAt, priority, channel, locations, mayWait };
    const unknown = skus.find((sku) => !this.product(sku).isKnown);
    if (unknown) return refused('unknown-sku', { sku: unknown });
    const plans = this.#planAll(orderId, wanted.lines, terms);
    const isShort = plans.filter((plan) => !isPlace(plan)).length;
    if (!mayWait && (isShort === plans.length || (isShort > 0 && wanted.whenShort === 'refuse')))
      return refused('out-of-stock', { orderId, lines: this.#refuse(wanted.lines, plans) });

    for (const { sku } of before.lines)
      if (!skus.includes(sku)) this.product(sku).release(orderId, 'replaced');
    const lines = wanted.lines.flatMap((line, i): RecordedLine[] => {
      const plan = plans[i]!;
      const previous = before.lines.find(({ sku }) => sku === line.sku);
      if (isPlace(plan) || mayWait) return [this.#carryOut(orderId, line, plan, previous)];
      if (previous) this.#leave(orderId, previous, terms);
      return previous ? [previous] : [];
    });
    this.#change(orderId, { createdAt, ...terms, shipComplete, cancelledAt: null, lines });
    return { isNew, refused: mayWait ? [] : this.#refuse(wanted.lines, plans) };
  }

  #confirm(orderId: string): OrderAnswer {
    const order = this.#orderOf(orderId);
    if (!this.#exists(orderId)) return refused('unknown-order', { orderId });
    if (order.cancelledAt) return refused('order-cancelled', { orderId });
    if (!order.expiresAt) return 'done';
    if (after(order.expiresAt, 24 * 60 * 60) <= this.#now) return this.#holdExpired(orderId, order.expiresAt);
    const plans = this.#planAll(orderId, order.lines, { ...order, expiresAt: null });
    if (!order.mayWait && !plans.every(isPlace)) {
      const lines = this.#refuse(order.lines, plans);
      if (order.expiresAt <= this.#now) return this.#holdExpired(orderId, order.expiresAt, lines);
      return refused('out-of-stock', { orderId, lines });
    }
    const lines = order.lines.map((line, i) => this.#carryOut(orderId, line, plans[i]!, line));
    this.#change(orderId, { ...order, lines, expiresAt: null });
    return 'done';
  }

  #cancel(orderId: string): OrderAnswer {
    const order = this.#orderOf(orderId);
    if (!this.#exists(orderId)) return refused('unknown-order', { orderId });
    if (order.cancelledAt) return 'done';
    for (const { sku } of order.lines) this.product(sku).release(orderId, 'released');
    this.#change(orderId, { ...order, lines: [], expiresAt: null, cancelledAt: this.#now });
    return 'done';
  }

  #giveBack(orderId: string): OrderAnswer {
    const { lines } = this.#orderOf(orderId);
    const released = lines.filter(({ sku }) => this.product(sku).release(orderId, 'released'));
    if (released.length === 0) return refused('unknown-order', { orderId });
    this.#changeLines(orderId, []);
    return 'done';
  }

  #allocateLine({ orderId, line: wanted, mayWait }: Extract<Asked, { ask: 'allocate line' }>): OrderAnswer {
    const { cancelledAt, expiresAt, lines, ...order } = this.#orderOf(orderId);
    const { sku, quantity } = wanted;
    const product = this.product(sku);
    if (cancelledAt) return refused('order-cancelled', { orderId });
    if (expiresAt && expiresAt <= this.#now) return this.#holdExpired(orderId, expiresAt);
    const previous = lines.find((line) => line.sku === sku);
    if (previous && previous.quantity !== quantity) {
      const facts = { orderId, sku, requested: quantity, allocated: previous.quantity };
      return refused('allocation-conflict', facts);
    }
    if (product.lineOf(orderId) ?? product.waitingOf(orderId)) return product.answer(orderId, false);
    if (!product.isKnown) return refused('unknown-sku', { sku });
    const plan = this.#plan(orderId, wanted, { ...order, expiresAt, mayWait });
    if (!isPlace(plan) && !mayWait) return product.refuse(plan);
    const added = this.#carryOut(orderId, wanted, plan, previous);
    this.#changeLines(orderId, [...lines.filter((line) => line !== previous), added]);
    return product.answer(orderId, true);
  }

  #deallocateLine({ orderId, sku }: Extract<OrderCommand, { ask: 'deallocate line' }>): OrderAnswer {
    const { lines } = this.#orderOf(orderId);
    if (!this.product(sku).release(orderId, 'released'))
      return refused('unknown-allocation', { orderId, sku });
    this.#changeLines(
      orderId,
      lines.filter((line) => line.sku !== sku),
    );
    return 'done';
  }

  #plan(orderId: string, { sku, quantity, split, neededBy }: WantedLine, terms: OrderTerms): Plan {
    return this.product(sku).plan(orderId, quantity, { split, neededBy, ...ofLines(terms) });
  }

  /**
   * All lines from the first place that can give them all, unless one would leave a batch at which it could stay; otherwise
   * each line by the order of the places.
   */
  #planAll(orderId: string, lines: readonly WantedLine[], terms: OrderTerms): Plan[] {
    const planAt = (locations: readonly string[] | null) =>
      lines.map((line) => this.#plan(orderId, line, { ...terms, locations }));
    const byOrder = planAt(terms.locations);
    if (terms.locations === null || !byOrder.every(isPlace)) return byOrder;
    const staying = (plan: Plan, sku: string) => {
      const before = this.product(sku).claimsOf(orderId, false);
      return isPlace(plan) && before.some(({ batchReference }) => unitsOn(plan, batchReference) > 0);
    };
    for (const location of terms.locations) {
      const plans = planAt([location]).filter(isPlace);
      if (plans.length < lines.length) continue;
      if (lines.some(({ sku }, i) => staying(byOrder[i]!, sku) && !staying(plans[i]!, sku))) continue;
      const { locations } = terms;
      return plans.map((plan) => ({ ...plan, terms: { ...plan.terms, locations } }));
    }
    return byOrder;
  }

  /** The line gets its units, or waits for them. The day that was first told stays the promised date (rule 7b). */
  #carryOut(orderId: string, line: WantedLine, plan: Plan, previous?: RecordedLine): RecordedLine {
    const product = this.product(line.sku);
    if (isPlace(plan)) product.carryOut({ ...plan, promisedDate: previous?.promisedDate });
    else product.wait(plan, previous?.promisedDate);
    return { ...line, promisedDate: product.promisedDateOf(orderId) };
  }

  /** What cannot become what was asked for stays as it is, on the new terms of its order. */
  #leave(orderId: string, { sku }: RecordedLine, terms: OrderTerms): void {
    const product = this.product(sku);
    if (!product.lineOf(orderId) && !product.waitingOf(orderId)) return;
    const { split, neededBy } = product.termsOf(orderId);
    if (product.waitingOf(orderId)) {
      product.amendWaiting(orderId, { split, neededBy, ...ofLines(terms), mayWait: true });
      return;
    }
    const claims = product
      .claimsOf(orderId, false)
      .map(({ batchReference, quantity }) => ({ batchReference, quantity }));
    product.carryOut({ orderId, claims, terms: { split, neededBy, ...ofLines(terms) } });
  }

  #refuse(lines: readonly WantedLine[], plans: readonly Plan[]): object[] {
    return lines.flatMap(({ sku }, i) => {
      const plan = plans[i]!;
      if (isPlace(plan)) return [];
      const { quantity: requested, available, earliest } = plan;
      this.product(sku).refuse(plan);
      return [{ sku, requested, available, earliest }];
    });
  }

  #holdExpired(orderId: string, expiresAt: Date, lines: readonly object[] = []): OrderAnswer {
    return refused('hold-expired', { orderId, expiresAt: expiresAt.toISOString(), lines });
  }

  #exists(orderId: string): boolean {
    const { lines, cancelledAt } = this.#orderOf(orderId);
    return lines.length > 0 || cancelledAt !== null;
  }

  #orderOf(orderId: string): OrderRecord {
    return this.#recordOf(orderId) ?? { ...this.#noRecord, lines: this.#looseLines(orderId) };
  }

  /** A line that has waited has a promised date once it has got its units. */
  #recordOf(orderId: string): (OrderRecord & { readonly version: number }) | undefined {
    const record = this.#records.get(orderId);
    if (!record) return undefined;
    const lines = record.lines.map((line): RecordedLine => {
      const { promisedDate = this.product(line.sku).promisedDateOf(orderId) } = line;
      return { ...line, promisedDate };
    });
    return { ...record, lines };
  }

  get #noRecord(): OrderRecord {
    const terms = { expiresAt: null, priority: 5, channel: null, locations: null, mayWait: false };
    return { createdAt: this.#now, ...terms, shipComplete: false, cancelledAt: null, lines: [] };
  }

  #looseLines(orderId: string): RecordedLine[] {
    return [...this.#products.values()].flatMap((product) => {
      const line = product.lineOf(orderId) ?? product.waitingOf(orderId);
      if (!line) return [];
      const { sku } = product;
      const { split, neededBy } = product.termsOf(orderId);
      return [
        { sku, quantity: line.quantity, split, neededBy, promisedDate: product.promisedDateOf(orderId) },
      ];
    });
  }

  #skusOf(orderId: string): string[] {
    const recorded = this.#records.get(orderId)?.lines ?? [];
    return [...recorded, ...this.#looseLines(orderId)].map(({ sku }) => sku);
  }

  /** Loose lines stay loose. */
  #changeLines(orderId: string, lines: readonly RecordedLine[]): void {
    const record = this.#recordOf(orderId);
    if (record) this.#change(orderId, { ...(lines.length > 0 ? record : this.#noRecord), lines });
  }

  #change(orderId: string, { lines, ...changed }: OrderRecord): void {
    const { createdAt, cancelledAt, shipComplete } = changed;
    const { expiresAt, priority, channel, locations, mayWait } = changed;
    const terms = { expiresAt, priority, channel, locations, mayWait, shipComplete };
    const inOrder = [...lines].sort((a, b) => (a.sku < b.sku ? -1 : 1)).map(plain);
    const { version = 0, ...before } = this.#recordOf(orderId) ?? {};
    const after = { createdAt, cancelledAt, ...terms, lines: inOrder };
    if (version > 0 && JSON.stringify(after) === JSON.stringify(before)) return;
    this.#records.set(orderId, { ...after, version: (this.#versions.get(orderId) ?? 0) + 1 });
  }
}

/** As lines have them. */
function ofLines({ expiresAt, priority, channel, locations, mayWait }: OrderTerms) {
  return {
    ...{ expiresAt, priority },
    ...(channel !== null && { channel }),
    ...(locations !== null && { locations }),
    ...(mayWait && { mayWait }),
  };
}

const plain = ({ sku, quantity, split, neededBy, promisedDate }: RecordedLine): RecordedLine => ({
  sku,
  quantity,
  split,
  neededBy,
  promisedDate,
});

const after = (time: Date, seconds: number) => new Date(time.getTime() + seconds * 1_000);
