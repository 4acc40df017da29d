import type { BatchesEvent } from '../../batches/contract/batches.contract.js';
import type { DomainError } from '../../kernel/domain/errors.js';
import { OutOfStock, PartOfOrder } from '../domain/errors.js';
import type { Order } from '../domain/order.js';
import type { Product } from '../domain/product.js';
import type { OrderNeed, ProductNeed, StockNeed } from '../domain/stock.js';
import { UnknownBatch } from '../domain/warehouse-errors.js';
import { shipmentAnswer } from '../queries/shipment-answer.js';
import {
  allocatedLine,
  AllocateLine,
  backorderedLine,
  lineOfOrder,
  looseLine,
  mayWait,
} from './allocate-line.js';
import { ChangePolicy } from './change-policy.js';
import { needOfPut, orderPut, put, PutOrder } from './put-order.js';
import { needOfReschedule } from './reschedule-batch.js';
import { needOfReceipt, receiptAnswer, ReceiveGoods } from './receive-goods.js';
import { needOfShipment, ShipOrder } from './ship-order.js';
import {
  Purchase,
  PurchaseChange,
  PurchaseConflict,
  type SimulatedPurchases,
  UnknownPurchase,
} from './simulated-purchases.js';

/** A call as a simulation takes it. */
export type Step =
  | PutOrder
  | AllocateLine
  | ReceiveGoods
  | ShipOrder
  | Purchase
  | PurchaseChange
  | ChangePolicy;

/** What a call would answer. */
export interface SimulatedAnswer {
  /** Whether it would have written something new. */
  readonly isNew: boolean;
  readonly body: object;
  /** Whether it is a line that waits for its units. */
  readonly waits?: boolean;
  /** What other features would publish. */
  readonly published?: readonly BatchesEvent[];
}

/** What a step does, once all that it needs is loaded. */
export interface SimulatedWork {
  /** Of the aggregate that it runs on. */
  readonly need: StockNeed;
  /** What else it needs. */
  readonly alsoNeeds?: readonly StockNeed[];
  /** A refusal is returned or thrown. */
  readonly run: (aggregate: Product | Order) => SimulatedAnswer | DomainError;
}

interface Context {
  /** `YYYY-MM-DD` */
  readonly today: string;
  readonly holdMaxSeconds: number;
  /** Of the batches that the steps name, as they are or as they will be registered. */
  readonly skus: ReadonlyMap<string, string>;
  readonly purchases: SimulatedPurchases;
}

/** The most lines of a batch that are shown when its date changes. */
const MOST_LINES = 10_000;

/** What each step does, or why it is refused whatever is there. */
export function worksOf(steps: readonly Step[], context: Context): (SimulatedWork | DomainError)[] {
  const { purchases } = context;
  const units = unitsClaimed(steps);
  return steps.map((step) => {
    if (step instanceof PutOrder) return workOfPut(step, context);
    if (step instanceof AllocateLine) return workOfLine(step, context);
    if (step instanceof ShipOrder) return workOfShipment(step);
    if (step instanceof ChangePolicy) return workOfPolicy(step);
    const sku = context.skus.get(referenceOf(step));
    if (step instanceof ReceiveGoods) return workOfReceipt(step, sku);
    if (sku === undefined) return new UnknownPurchase(step.reference);
    if (step instanceof PurchaseChange)
      return onProduct(...needsOfChange(sku, step, units.get(sku) ?? 0), (product) =>
        purchases.change(product, step),
      );
    if (sku !== step.sku) return PurchaseConflict.ofOtherSku(step.reference, sku, step.sku);
    return onProduct({ sku, batchReference: step.reference, frees: step.quantity }, [], (product) =>
      purchases.register(product, step),
    );
  });
}

function workOfPut(step: PutOrder, { today, holdMaxSeconds }: Context): SimulatedWork {
  return onOrder(needOfPut(step), (order) => {
    const outcome = put(order, step, holdMaxSeconds);
    if (outcome instanceof Error) return outcome;
    const { isNew, order: body } = orderPut(outcome, today);
    return { isNew, body };
  });
}

/** As a loose line; if the order has a record, as a line of the order. */
function workOfLine({ line }: AllocateLine, { today }: Context): SimulatedWork {
  const wanted = lineOfOrder(line);
  const allocate = (order: Order) => {
    try {
      return order.product(line.sku).allocate(looseLine(line));
    } catch (error) {
      if (!(error instanceof PartOfOrder)) throw error;
      return order.allocate(wanted, { mayWait: mayWait(line) });
    }
  };
  return onOrder({ orderId: line.orderId, lines: [wanted] }, (order) => {
    const outcome = allocate(order);
    if (outcome instanceof OutOfStock) return outcome;
    if ('waiting' in outcome) {
      const { isNew, backorder: body } = backorderedLine(line, outcome);
      return { isNew, body, waits: true };
    }
    const { isNew, allocation: body } = allocatedLine(line, outcome, today);
    return { isNew, body };
  });
}

function workOfShipment(step: ShipOrder): SimulatedWork {
  return onOrder(needOfShipment(step), ({ goods }) => {
    const { isNew, document } = goods.ship(step.shipmentId, step.lines);
    return { isNew, body: shipmentAnswer(document) };
  });
}

function workOfPolicy({ sku, policy }: ChangePolicy): SimulatedWork {
  return onProduct({ sku, frees: 0 }, [], (product) => {
    product.changePolicy(policy);
    return { isNew: false, body: { sku, ...policy } };
  });
}

function workOfReceipt(step: ReceiveGoods, sku: string | undefined): SimulatedWork | DomainError {
  const { receiptId, batchReference, receipt } = step;
  if (sku === undefined) return new UnknownBatch(batchReference);
  const lines = needOfLines(sku, batchReference);
  return onProduct(needOfReceipt(sku, step), [lines], ({ warehouse }) => {
    if (!warehouse.find(batchReference)) return new UnknownBatch(batchReference);
    const written = { ...warehouse.receive(receiptId, batchReference, receipt), sku };
    return { isNew: written.isNew, body: receiptAnswer(step, written) };
  });
}

/** The batch that a step is about. */
export function referenceOf(step: ReceiveGoods | Purchase | PurchaseChange): string {
  return step instanceof ReceiveGoods ? step.batchReference : step.reference;
}

/** Steps that are about a batch. */
export function isAboutBatch(step: Step): step is ReceiveGoods | Purchase | PurchaseChange {
  return step instanceof ReceiveGoods || step instanceof Purchase || step instanceof PurchaseChange;
}

function onOrder(need: OrderNeed, run: (order: Order) => SimulatedAnswer | DomainError): SimulatedWork {
  return { need, run: run as SimulatedWork['run'] };
}

function onProduct(
  need: ProductNeed,
  alsoNeeds: readonly ProductNeed[],
  run: (product: Product) => SimulatedAnswer | DomainError,
): SimulatedWork {
  return { need, alsoNeeds, run: run as SimulatedWork['run'] };
}

/** The lines of a batch of which the date may change. */
function needOfLines(sku: string, batchReference: string): ProductNeed {
  return { sku, batchReference, newQuantity: 0, mostLines: MOST_LINES };
}

/** @param units that other steps claim: lines for which the batch has then no room, either */
function needsOfChange(
  sku: string,
  { reference: batchReference, change }: PurchaseChange,
  units: number,
): [ProductNeed, readonly ProductNeed[]] {
  if ('eta' in change) return [needOfReschedule({ sku, batchReference }), [needOfLines(sku, batchReference)]];
  return [
    { sku, batchReference, newQuantity: Math.max(change.quantity - units, 0), frees: change.quantity },
    [],
  ];
}

/** By SKU. */
function unitsClaimed(steps: readonly Step[]): ReadonlyMap<string, number> {
  const units = new Map<string, number>();
  for (const step of steps) {
    const lines =
      step instanceof PutOrder ? step.wanted.lines : step instanceof AllocateLine ? [step.line] : [];
    for (const { sku, quantity } of lines) units.set(sku, (units.get(sku) ?? 0) + quantity);
  }
  return units;
}
