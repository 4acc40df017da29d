import type { BatchState } from '../../src/allocation/domain/batch-state.js';
import { Batch } from '../../src/allocation/domain/batch.js';
import { Documents, type Document } from '../../src/allocation/domain/document.js';
import {
  leavingOrder,
  termsOf,
  unitsOn,
  type AllocatedLine,
} from '../../src/allocation/domain/allocated-line.js';
import { lastUsableDay } from '../../src/allocation/domain/lot.js';
import { DEFAULT_POLICY, hasEndedProtection } from '../../src/allocation/domain/policy.js';
import { inOrderOf } from '../../src/allocation/domain/preference.js';
import { NAMED_ORDERS, type ProductState } from '../../src/allocation/domain/product-state.js';
import type { EndedPromise } from '../../src/allocation/domain/ended-promises.js';
import { withoutRecord, type OrderedLine, type OrderState } from '../../src/allocation/domain/order-state.js';
import { Order } from '../../src/allocation/domain/order.js';
import { MOST_LINES_OF_A_RUN } from '../../src/allocation/domain/reallocation-run.js';
import { Product } from '../../src/allocation/domain/product.js';
import {
  isOrderNeed,
  orderKey,
  Stock,
  type ProductNeed,
  type StockNeed,
} from '../../src/allocation/domain/stock.js';
import { ConcurrentChange, type Aggregate, type Transaction } from '../../src/kernel/domain/store.js';
import { freeUnits } from '../../src/allocation/domain/backorders.js';
import {
  NOBODY_WAITS,
  placeInQueue,
  type QueueState,
  type WaitingLine,
} from '../../src/allocation/domain/waiting-line.js';
import { inMemory, InMemoryTransaction } from '../support/in-memory.js';
import { NOW } from '../support/now.js';
import { neverSeen, written } from './product.fixture.js';

type NeedOfOrder = ProductNeed & { readonly orderId: string };

/** Stock in memory. It is loaded in part, like the real one, so that a wrong need shows here, too. */
export class StockInMemory extends Stock {
  #products: ReadonlyMap<string, ProductState> = new Map();
  #orders: ReadonlyMap<string, OrderState> = new Map();
  #documents: ReadonlyMap<string, Document> = new Map();

  /** @param now the clock by which holds end */
  constructor(readonly now: () => Date = () => NOW) {
    super();
  }

  override load(tx: Transaction, needs: readonly StockNeed[]): Promise<ReadonlyMap<string, Product | Order>> {
    const now = this.now();
    const isSimulated = !(tx instanceof InMemoryTransaction);
    const ofOrders = new Map<string, NeedOfOrder[]>();
    for (const need of needs.filter(isOrderNeed)) {
      const atLocations = need.hasLocations === true || this.orderOf(need.orderId).locations !== null;
      const claiming = (units: number) => (atLocations ? {} : { units });
      ofOrders.set(need.orderId, [
        ...(ofOrders.get(need.orderId) ?? []),
        ...need.lines.map(({ sku, quantity, neededBy = null }) => ({
          ...{ sku, orderId: need.orderId, neededBy },
          ...claiming(quantity),
        })),
        ...this.orderOf(need.orderId).lines.map(({ sku, quantity, neededBy }) => ({
          ...{ sku, orderId: need.orderId, neededBy },
          ...(need.reclaims ? claiming(quantity) : { units: 0 }),
        })),
        ...this.linesOf(need.orderId).map(({ sku }) => ({ sku, orderId: need.orderId, units: 0 })),
        ...this.waitingFor(need.orderId).map((sku) => ({ sku, orderId: need.orderId, units: 0 })),
      ]);
    }
    for (const need of needs.filter(isOrderNeed)) {
      if (!need.document) continue;
      for (const { sku, shippedFrom = [] } of this.orderOf(need.orderId).lines)
        for (const { batchReference, quantity: frees } of shippedFrom)
          ofOrders.get(need.orderId)!.push({ sku, orderId: need.orderId, units: 0, batchReference, frees });
    }
    const keys = needs.flatMap(({ document }) => document ?? []);
    const documents = new Documents(
      keys,
      keys.flatMap((key) => this.#documents.get(`${key.kind} ${key.id}`) ?? []),
      now,
    );
    const ofProducts = needs.filter((need): need is ProductNeed => !isOrderNeed(need));
    const all = [...ofProducts, ...[...ofOrders.values()].flat()];
    const orders = new Map<string, Order>();
    const hasRecord = (orderId: string) =>
      this.#orders.has(orderId) || orders.get(orderId)?.hasRecord === true;
    const products = new Map(
      [...new Set(all.map(({ sku }) => sku))].map((sku) => {
        const its = all.filter((need) => need.sku === sku);
        const part = this.#partOf(this.stateOf(sku), its, { now, isSimulated, isPartOfOrder: hasRecord });
        const product = new Product({ ...part, documents });
        product.catchUp(now);
        return [sku, product];
      }),
    );
    for (const orderId of ofOrders.keys()) {
      const skus = new Set(all.filter((need) => need.orderId === orderId).map(({ sku }) => sku));
      const itsProducts = [...skus].map((sku) => products.get(sku)!);
      orders.set(orderId, new Order(this.orderOf(orderId), itsProducts, now, documents));
    }
    const byKey = [...orders].map(([orderId, order]) => [orderKey(orderId), order] as const);
    return Promise.resolve(new Map<string, Product | Order>([...products, ...byKey]));
  }

  override save(tx: Transaction, changed: readonly Aggregate[]): Promise<void> {
    const products = changed.filter((each) => each instanceof Product);
    const orders = changed.filter((each) => each instanceof Order);
    if (
      products.some(({ sku, version }) => this.stateOf(sku).version !== version) ||
      orders.some(({ orderId, version }) => this.orderOf(orderId).version !== version)
    ) {
      return Promise.reject(new ConcurrentChange(products.map(({ sku }) => sku)));
    }
    const [productsBefore, ordersBefore, documentsBefore] = [this.#products, this.#orders, this.#documents];
    const changedDocuments = new Set([
      ...products.flatMap(({ warehouse }) => warehouse.documents.changed),
      ...orders.flatMap((order) => order.documents.changed),
    ]);
    const isTaken = ({ kind, id, cancelledAt }: Document) => {
      const stored = this.#documents.get(`${kind} ${id}`);
      return stored !== undefined && (cancelledAt === null || stored.cancelledAt !== null);
    };
    if ([...changedDocuments].some(isTaken))
      return Promise.reject(new ConcurrentChange([...changedDocuments].map(({ id }) => id)));
    inMemory(tx).onRollback(() => {
      this.#documents = documentsBefore;
      this.#products = productsBefore;
      this.#orders = ordersBefore;
    });
    const states = products.map(({ sku, changes }) => [sku, written(this.stateOf(sku), changes)] as const);
    this.#products = new Map([...productsBefore, ...states]);
    this.#documents = new Map([
      ...documentsBefore,
      ...[...changedDocuments].map((document) => [`${document.kind} ${document.id}`, document] as const),
    ]);
    const gone = new Set(orders.flatMap((order) => (order.changes ? [] : order.orderId)));
    const records = orders.flatMap(({ changes }): [string, OrderState][] =>
      changes ? [[changes.orderId, changes]] : [],
    );
    this.#orders = new Map([...ordersBefore, ...records].filter(([orderId]) => !gone.has(orderId)));
    for (const { sku, changes } of products)
      for (const promise of changes.endedPromises) this.#keepPromise(sku, promise);
    return Promise.resolve();
  }

  /** All that is stored of the product. */
  stateOf(sku: string): ProductState {
    return this.#products.get(sku) ?? neverSeen(sku);
  }

  /** The record of the order. */
  orderOf(orderId: string): OrderState {
    return this.#orders.get(orderId) ?? withoutRecord(orderId, this.now());
  }

  /** The SKUs that the order waits for. */
  waitingFor(orderId: string): string[] {
    return [...this.#products.values()].flatMap(({ sku, queue }) =>
      queue?.lines.some((line) => line.orderId === orderId) ? sku : [],
    );
  }

  /** All lines of the order that claim something. */
  linesOf(orderId: string): { readonly sku: string; readonly line: AllocatedLine }[] {
    return [...this.#products.values()].flatMap(({ sku, lines }) =>
      lines.filter((line) => line.orderId === orderId).map((line) => ({ sku, line })),
    );
  }

  #keepPromise(sku: string, { orderId, promisedDate }: EndedPromise): void {
    const order = this.orderOf(orderId);
    const isMissing = (line: OrderedLine) => line.sku === sku && line.isUnpromised === true;
    if (!order.lines.some(isMissing)) return;
    const lines = order.lines.map((line): OrderedLine => {
      const { isUnpromised: _, ...promised } = line;
      return isMissing(line) ? { ...promised, promisedDate } : line;
    });
    this.#orders = new Map([...this.#orders, [orderId, { ...order, lines }]]);
  }

  #withChannel(line: AllocatedLine): AllocatedLine {
    const channel = this.#orders.get(line.orderId)?.channel ?? null;
    return channel === null ? line : { ...line, terms: { ...termsOf(line), channel } };
  }

  /** What the needs ask for, with the open batches and those that the lines are on. */
  #partOf(
    state: ProductState,
    needs: readonly ProductNeed[],
    {
      now,
      isSimulated,
      isPartOfOrder,
    }: {
      readonly now: Date;
      readonly isSimulated: boolean;
      readonly isPartOfOrder: (orderId: string) => boolean;
    },
  ): ProductState {
    const wantsEvery = needs.some(({ everyLine }) => everyLine);
    const hasEveryLine = state.lines.length + (state.queue?.waiting ?? 0) <= MOST_LINES_OF_A_RUN;
    const isEvery = wantsEvery && hasEveryLine;
    const orders = new Set(needs.map(({ orderId }) => orderId));
    const named = new Set(needs.map(({ batchReference }) => batchReference));
    const leaving = new Map<string, AllocatedLine[]>();
    for (const need of needs) {
      const { batchReference } = need;
      const target = targetOf(state, need);
      if (batchReference === undefined || target === undefined) continue;
      const its = leavingLines(state, batchReference, target).slice(0, need.mostLines);
      if (its.length > (leaving.get(batchReference)?.length ?? 0)) leaving.set(batchReference, its);
    }
    const isLeaving = new Set([...leaving.values()].flat());
    const hasEnded = (line: AllocatedLine) => {
      const { expiresAt } = termsOf(line);
      return expiresAt !== null && expiresAt <= now;
    };
    const lines = state.lines.filter(
      (line) => isEvery || orders.has(line.orderId) || isLeaving.has(line) || hasEnded(line),
    );
    const isTouched = (reference: string) =>
      named.has(reference) || lines.some((line) => unitsOn(line, reference) > 0);
    const policy = { ...DEFAULT_POLICY, ...state.policy };
    const today = now.toISOString().slice(0, 10);
    const open = state.batches
      .filter((batch) => batch.allocated < batch.quantity)
      .sort(inOrderOf(policy.preference));
    const { sku } = state;
    // What one step claims or registers, a later one may give to any line that waits.
    const isAnyWanted = wantsEvery ? hasEveryLine : isSimulated;
    const frees = isAnyWanted ? 2 ** 52 : hasEndedProtection(policy, today) ? 0 : undefined;
    const queue = queueOf(state, frees === undefined ? needs : [...needs, { sku, frees }], lines, now);
    // Any open batch may hold a line that waits.
    const enough =
      queue.upTo || policy.protections.length > 0 || policy.backorders !== 'first-fit'
        ? -1
        : findEnough(
            open,
            needs,
            ({ lot, eta }) =>
              !lot || lastUsableDay(lot, policy.minimumShelfLifeDays) >= lastOf(today, eta, ...daysOf(needs)),
          );
    const hasCome = open.filter((batch) => (batch.goods?.received ?? 0) > batch.allocated);
    const wanted = new Set(enough < 0 ? open : [...open.slice(0, enough + 1), ...hasCome]);
    return {
      ...state,
      today,
      lines: lines.map((line) => this.#withChannel(line)),
      queue,
      batches: state.batches.filter((batch) => wanted.has(batch) || isTouched(batch.reference)),
      loaded: {
        hasEveryOpenBatch: enough < 0,
        hasOrder: (orderId) => isEvery || orders.has(orderId),
        ...(wantsEvery && { hasEveryLine }),
        hasBatch: (reference) => named.has(reference),
        isPartOfOrder,
        linesOn: (reference) =>
          needs.some(({ batchReference, countsLines }) => countsLines && batchReference === reference)
            ? state.lines.filter((line) => unitsOn(line, reference) > 0).length
            : undefined,
        lastToLeave: (reference) => lastToLeave(state.lines.filter((line) => unitsOn(line, reference) > 0)),
        leavingLinesUpTo: (reference) => {
          const its = leaving.get(reference) ?? [];
          const { allocated = 0 } = state.batches.find((batch) => batch.reference === reference) ?? {};
          const isEvery = its.reduce((sum, line) => sum + unitsOn(line, reference), 0) === allocated;
          return isEvery ? Infinity : Math.max(-Infinity, ...its.map(leavingOrder));
        },
      },
    };
  }
}

const lastToLeave = (lines: readonly AllocatedLine[]) =>
  lines
    .map((line) => ({ orderId: line.orderId, place: leavingOrder(line) }))
    .sort((a, b) => b.place - a.place)
    .slice(0, NAMED_ORDERS);

/** The lines that wait, as far as the needs may meet or change them. */
function queueOf(
  state: ProductState,
  needs: readonly ProductNeed[],
  lines: readonly AllocatedLine[],
  now: Date,
): QueueState {
  const { waiting, lines: all, lastChannel = null } = state.queue ?? NOBODY_WAITS;
  const isFreeing =
    lines.length > 0 || needs.some((need) => need.batchReference !== undefined || need.frees !== undefined);
  const freed =
    lines.reduce((sum, { quantity }) => sum + quantity, 0) +
    needs.reduce((sum, { frees = 0 }) => sum + frees, 0);
  const free = freeUnits(state.batches.map((batch) => ({ available: batch.quantity - batch.allocated })));
  const upTo = { largest: free.largest + freed, total: free.total + freed };
  const mayLeave = ({ orderId, terms: { expiresAt } }: WaitingLine) =>
    needs.some((need) => need.orderId === orderId) || (expiresAt !== null && expiresAt <= now);
  const changesPolicy = needs.some((need) => need.changesPolicy);
  const isStrict = state.policy?.backorders === 'strict';
  const units = isFreeing ? upTo.total : all.some(mayLeave) ? free.total : 0;
  const head =
    isStrict || changesPolicy
      ? headFor(
          units,
          all.filter((line) => !mayLeave(line)),
        )
      : [];
  const isFirstFit = isFreeing && (!isStrict || changesPolicy);
  const fits = ({ quantity, terms: { split } }: WaitingLine) =>
    isFirstFit && quantity <= (split ? upTo.total : upTo.largest);
  return {
    ...{ waiting, lastChannel },
    lines: all.filter((line) => mayLeave(line) || head.includes(line) || fits(line)),
    ...(isFirstFit && waiting > 0 && { upTo }),
    ...(head.length > 0 && { upToPlace: placeInQueue(head.at(-1)!) }),
  };
}

/** The first lines of the queue, up to the first that so many units cannot meet with those before it. */
function headFor(units: number, lines: readonly WaitingLine[]): WaitingLine[] {
  let ahead = 0;
  return lines
    .toSorted((a, b) => placeInQueue(a) - placeInQueue(b))
    .filter(({ quantity }) => {
      ahead += quantity;
      return ahead - quantity <= units;
    });
}

function daysOf(needs: readonly ProductNeed[]): string[] {
  return needs.flatMap(({ neededBy }) => neededBy ?? []);
}

function lastOf(...days: readonly (string | null)[]): string {
  return days.filter((day) => day !== null).reduce((last, day) => (day > last ? day : last));
}

/** The units that all needs claim; Infinity if one does not say how many. */
function unitsOf(needs: readonly ProductNeed[]): number {
  return needs.reduce((sum, { units = Infinity }) => sum + units, 0);
}

/**
 * The place of the first batch that could hold the units of all needs or, if one batch has to hold those of each, of the
 * first by which each is sure to find its batch; -1 if there is none.
 */
function findEnough(
  open: readonly BatchState[],
  needs: readonly ProductNeed[],
  isUsable: (batch: BatchState) => boolean,
): number {
  const units = unitsOf(needs);
  const areWhole = needs.every(({ fromOneBatch }) => fromOneBatch);
  const largest = areWhole ? Math.max(1, ...needs.map((need) => need.units ?? 0)) : Infinity;
  let surelyTaken = 0;
  return open.findIndex((batch) => {
    if (!isUsable(batch)) return false;
    const free = batch.quantity - batch.allocated;
    surelyTaken += Math.max(free - largest + 1, 0);
    return free >= units || surelyTaken >= units;
  });
}

/** The quantity that the batch of the need is left with; undefined if the need does not say. */
function targetOf(state: ProductState, need: ProductNeed): number | undefined {
  const { batchReference, newQuantity, resize } = need;
  if (newQuantity !== undefined || resize === undefined) return newQuantity;
  const batch = state.batches.find(({ reference }) => reference === batchReference);
  if (!batch) return undefined;
  const { quantity, onHand, excess } = new Batch(batch);
  return (resize.keepsOnHand ? onHand : quantity) + resize.by - Math.max(excess, 0);
}

/** The lines that have to leave the batch so that the rest fits the quantity. */
function leavingLines(state: ProductState, reference: string, quantity: number): AllocatedLine[] {
  const batch = state.batches.find((candidate) => candidate.reference === reference);
  const { allocated = 0, held = 0 } = batch ?? {};
  // Lines that wait may fill the batch first.
  const claimable = batch && state.queue?.waiting ? batch.quantity + held : allocated;
  let tooMany = claimable - quantity;
  return state.lines
    .filter((line) => unitsOn(line, reference) > 0)
    .sort((a, b) => leavingOrder(a) - leavingOrder(b))
    .filter((line) => {
      const leaves = tooMany > 0;
      tooMany -= unitsOn(line, reference);
      return leaves;
    });
}
