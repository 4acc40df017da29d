import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import type { WantedLine, WantedOrder } from '../../src/allocation/domain/wanted-order.js';
import type { LineTerms } from '../../src/allocation/domain/order-line.js';
import { LONGEST_HOLD, skusOf, type Asked, type OrderAnswer, type OrderCommand } from './order.commands.js';
import { ModelProduct, type Plan } from './product.model.js';

type Claims = Extract<Plan, { claims: object }>;
type Short = Exclude<Plan, { claims: object }>;

interface RecordedLine extends WantedLine {
  readonly promisedDate: string | null;
}

interface OrderRecord {
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly priority: number;
  readonly channel: string | null;
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
    for (const sku of loaded) this.product(sku).begin(now);
    const answers = asked.map((each) => this.#answer(each));
    // An order without lines has no record, unless it stays cancelled.
    for (const [orderId, { lines, cancelledAt }] of this.#records)
      if (lines.length === 0 && !cancelledAt) this.#records.delete(orderId);
    return { answers, events: new Map([...loaded].map((sku) => [sku, this.product(sku).commit()])) };
  }

  pictureOf(orderId: string, now: Date): OrderPicture | undefined {
    const record = this.#records.get(orderId);
    const recorded = record?.lines ?? this.#looseLines(orderId);
    if (!record && recorded.length === 0) return undefined;
    const {
      version = 0,
      expiresAt = null,
      priority = 5,
      channel = null,
      shipComplete = false,
    } = record ?? {};
    const lines = recorded.map((line) => {
      const hasNotEnded = expiresAt === null || expiresAt > now;
      const product = this.product(line.sku);
      const claims = hasNotEnded ? product.claimsOf(orderId, line.promisedDate === null) : [];
      const state = claims.length === 0 ? 'refused' : expiresAt ? 'held' : 'allocated';
      return { ...line, state, claims };
    });
    const whole = lines.every(({ state }) => state === 'allocated') ? 'allocated' : 'partly-allocated';
    const hold = expiresAt && (expiresAt > now ? 'held' : 'expired');
    const state = record?.cancelledAt ? 'cancelled' : (hold ?? whole);
    return { version, state, expiresAt, priority, channel, shipComplete, lines };
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
        return this.#allocateLine(asked.orderId, asked.line);
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

    const { priority, channel, shipComplete } = wanted;
    const unknown = skus.find((sku) => !this.product(sku).isKnown);
    if (unknown) return refused('unknown-sku', { sku: unknown });
    const plans = wanted.lines.map((line) => this.#plan(orderId, line, { expiresAt, priority }));
    const isShort = plans.filter((plan) => !('claims' in plan)).length;
    if (isShort === plans.length || (isShort > 0 && wanted.whenShort === 'refuse'))
      return refused('out-of-stock', { orderId, lines: this.#refuse(wanted.lines, plans) });

    for (const { sku } of before.lines)
      if (!skus.includes(sku)) this.product(sku).release(orderId, 'replaced');
    const lines = wanted.lines.flatMap((line, i): RecordedLine[] => {
      const plan = plans[i]!;
      const previous = before.lines.find(({ sku }) => sku === line.sku);
      if ('claims' in plan) return [this.#carryOut(orderId, line, plan, previous)];
      if (previous) this.#leave(orderId, previous, { expiresAt, priority });
      return previous ? [previous] : [];
    });
    const terms = { expiresAt, priority, channel, shipComplete, cancelledAt: null };
    this.#change(orderId, { createdAt, ...terms, lines });
    return { isNew, refused: this.#refuse(wanted.lines, plans) };
  }

  #confirm(orderId: string): OrderAnswer {
    const order = this.#orderOf(orderId);
    if (!this.#exists(orderId)) return refused('unknown-order', { orderId });
    if (order.cancelledAt) return refused('order-cancelled', { orderId });
    if (!order.expiresAt) return 'done';
    if (after(order.expiresAt, 24 * 60 * 60) <= this.#now) return this.#holdExpired(orderId, order.expiresAt);
    const terms = { expiresAt: null, priority: order.priority };
    const plans = order.lines.map((line) => this.#plan(orderId, line, terms));
    if (plans.some((plan) => !('claims' in plan))) {
      const lines = this.#refuse(order.lines, plans);
      if (order.expiresAt <= this.#now) return this.#holdExpired(orderId, order.expiresAt, lines);
      return refused('out-of-stock', { orderId, lines });
    }
    for (const [i, { sku, promisedDate }] of order.lines.entries())
      this.product(sku).carryOut({ ...(plans[i] as Claims), promisedDate });
    this.#change(orderId, { ...order, expiresAt: null });
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
    const claiming = lines.filter(({ sku }) => this.product(sku).lineOf(orderId));
    if (claiming.length === 0) return refused('unknown-order', { orderId });
    for (const { sku } of claiming) this.product(sku).release(orderId, 'released');
    this.#changeLines(orderId, []);
    return 'done';
  }

  #allocateLine(orderId: string, wanted: WantedLine): OrderAnswer {
    const { cancelledAt, expiresAt, priority, lines } = this.#orderOf(orderId);
    const { sku, quantity } = wanted;
    const product = this.product(sku);
    if (cancelledAt) return refused('order-cancelled', { orderId });
    if (expiresAt && expiresAt <= this.#now) return this.#holdExpired(orderId, expiresAt);
    const previous = lines.find((line) => line.sku === sku);
    if (previous && previous.quantity !== quantity) {
      const facts = { orderId, sku, requested: quantity, allocated: previous.quantity };
      return refused('allocation-conflict', facts);
    }
    const standing = product.lineOf(orderId);
    if (standing) return { ...standing, isNew: false };
    if (!product.isKnown) return refused('unknown-sku', { sku });
    const plan = this.#plan(orderId, wanted, { expiresAt, priority });
    if (!('claims' in plan)) return product.refuse(plan, wanted);
    const added = this.#carryOut(orderId, wanted, plan, previous);
    this.#changeLines(orderId, [...lines.filter((line) => line !== previous), added]);
    return { ...product.lineOf(orderId)!, isNew: true };
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

  #plan(
    orderId: string,
    { sku, quantity, split, neededBy }: WantedLine,
    terms: Pick<LineTerms, 'expiresAt' | 'priority'>,
  ): Plan {
    return this.product(sku).plan(orderId, quantity, { split, neededBy, ...terms });
  }

  /** The day that was first told stays the promised date (rule 7b). */
  #carryOut(orderId: string, line: WantedLine, plan: Claims, previous?: RecordedLine): RecordedLine {
    const product = this.product(line.sku);
    product.carryOut({ ...plan, ...(previous && { promisedDate: previous.promisedDate }) });
    return { ...line, promisedDate: product.promisedDateOf(orderId) };
  }

  /** What cannot become what was asked for stays as it is, on the new terms of its order. */
  #leave(orderId: string, line: RecordedLine, terms: Pick<LineTerms, 'expiresAt' | 'priority'>): void {
    const product = this.product(line.sku);
    const claims = product.claimsOf(orderId, false).map(({ batchReference, quantity }) => ({
      batchReference,
      quantity,
    }));
    if (claims.length === 0) return;
    product.carryOut({ orderId, claims, terms: { ...product.termsOf(orderId), ...terms } });
  }

  #refuse(lines: readonly WantedLine[], plans: readonly Plan[]): object[] {
    return lines.flatMap((line, i) => {
      const plan = plans[i]!;
      if ('claims' in plan) return [];
      const { quantity: requested, available, earliest }: Short = plan;
      this.product(line.sku).refuse(plan, line);
      return [{ sku: line.sku, requested, available, earliest }];
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
    return this.#records.get(orderId) ?? { ...this.#noRecord, lines: this.#looseLines(orderId) };
  }

  get #noRecord(): OrderRecord {
    const terms = { expiresAt: null, priority: 5, channel: null, shipComplete: false, cancelledAt: null };
    return { createdAt: this.#now, ...terms, lines: [] };
  }

  #looseLines(orderId: string): RecordedLine[] {
    return [...this.#products.values()].flatMap((product) => {
      const line = product.lineOf(orderId);
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
    const record = this.#records.get(orderId);
    if (record) this.#change(orderId, { ...(lines.length > 0 ? record : this.#noRecord), lines });
  }

  #change(orderId: string, { lines, ...changed }: OrderRecord): void {
    const { createdAt, expiresAt, priority, channel, shipComplete, cancelledAt } = changed;
    const terms = { createdAt, expiresAt, priority, channel, shipComplete, cancelledAt };
    const inOrder = [...lines].sort((a, b) => (a.sku < b.sku ? -1 : 1)).map(plain);
    const { version = 0, ...before } = this.#records.get(orderId) ?? {};
    const after = { ...terms, lines: inOrder };
    if (version > 0 && JSON.stringify(after) === JSON.stringify(before)) return;
    this.#records.set(orderId, { version: (this.#versions.get(orderId) ?? 0) + 1, ...after });
  }
}

const plain = ({ sku, quantity, split, neededBy, promisedDate }: RecordedLine): RecordedLine => ({
  sku,
  quantity,
  split,
  neededBy,
  promisedDate,
});

const after = (time: Date, seconds: number) => new Date(time.getTime() + seconds * 1_000);
