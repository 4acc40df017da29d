import { Injectable } from '@nestjs/common';
import type { Aggregate, Recalled, Transaction } from '../../kernel/domain/store.js';
import { settleAll } from '../../kernel/domain/settle-all.js';
import { portionsOf } from '../../kernel/domain/steps.js';
import { readerOf } from '../../kernel/postgres/snapshot.js';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { ifFailedOrInDoubt, managerOf } from '../../kernel/postgres/typeorm-transactions.js';
import { Order } from '../domain/order.js';
import { Product } from '../domain/product.js';
import {
  isOrderNeed,
  orderKey,
  Stock,
  type OrderNeed,
  type ProductNeed,
  type StockNeed,
} from '../domain/stock.js';
import { readDocuments, writeDocuments } from './documents.js';
import { keepEndedPromises, lockOrders, needsOfOrders, readOrders, writeOrders } from './order-records.js';
import { writeQueues } from './queues.js';
import { ProductMemory, type RememberedProduct } from './product-memory.js';
import { readProducts, type Known } from './read-products.js';
import { NewNeeds, RecalledStock } from './recalled-stock.js';
import { RecentSkus } from './recent-skus.js';
import { insertLines, writeClaims } from './write-new-lines.js';
import {
  deleteFromQueues,
  deleteFurtherClaims,
  deleteLines,
  raiseVersions,
  writeBatches,
  writeLines,
  writePolicies,
  writeTurns,
} from './write-products.js';

/** Products for which lines wait that a process remembers: those beyond cost one round trip more. */
const MOST_WAITED_FOR = 10_000;

/**
 * Products and orders in the schema `allocation`. Loading costs at most eight statements, up to three more if lines wait, and reads only the open batches
 * and lines that are needed, however much was allocated before; saving costs one statement for each table that changes.
 * Locks are taken in one order everywhere: orders by their ids, products by their SKUs, then the event log.
 */
@Injectable()
export class StockInPostgres extends Stock {
  readonly #memory = new ProductMemory();
  readonly #known: Known = { waitedFor: new RecentSkus(MOST_WAITED_FOR), memory: this.#memory };

  constructor(private readonly calendar: Calendar = new Calendar('UTC')) {
    super();
  }

  async load(tx: Transaction, needs: readonly StockNeed[]): Promise<ReadonlyMap<string, Product | Order>> {
    const { reader, locks } = readerOf(tx);
    const { today } = this.calendar;
    const ofOrders = needs.filter(isOrderNeed);
    const ofProducts = needs.filter((need): need is ProductNeed => !isOrderNeed(need));
    // All statements are sent together but run in this order, so that what is read is as new as what was locked first.
    const locked = locks && lockOrders(reader, idsOf(ofOrders), idsOf(ofProducts));
    const keys = needs.flatMap(({ document }) => document ?? []);
    if (ofOrders.length === 0 && keys.length === 0) {
      const [, products] = await settleAll(
        locked,
        readProducts(reader, locks, ofProducts, today, this.#known),
      );
      return products;
    }
    const [, { now, orders, skus }, documents] = await settleAll(
      locked,
      readOrders(reader, idsOf(ofOrders)),
      readDocuments(reader, keys),
    );
    const itsNeeds = needsOfOrders(ofOrders, orders, skus);
    const loaded = new Map<string, Order>();
    const hasRecord = (orderId: string) => loaded.get(orderId)?.hasRecord ?? false;
    const channels = new Map(
      orders.flatMap(({ orderId, channel }): [string, string][] =>
        channel === null ? [] : [[orderId, channel]],
      ),
    );
    const products = await readProducts(reader, locks, [...ofProducts, ...itsNeeds], today, this.#known, {
      now,
      channels,
      hasRecord,
      documents,
    });
    const skusByOrder = groupSkus([...ofProducts, ...itsNeeds]);
    for (const state of orders) {
      const itsProducts = [...(skusByOrder.get(state.orderId) ?? [])].map((sku) => products.get(sku)!);
      loaded.set(state.orderId, new Order(state, itsProducts, now, documents));
    }
    return new Map<string, Product | Order>([
      ...products,
      ...[...loaded].map(([orderId, order]) => [orderKey(orderId), order] as const),
    ]);
  }

  /** Remembered are products to which lines are added, if nothing else is to be done in the group. */
  override recall(needs: readonly StockNeed[]): Recalled<Aggregate, StockNeed> | undefined {
    const left = new Map<string, RememberedProduct>();
    const areNew = NewNeeds.of(needs);
    if (!areNew) return undefined;
    for (const sku of areNew.skus()) {
      const remembered = this.#memory.find(sku);
      if (remembered?.today !== this.calendar.today) return undefined;
      left.set(sku, remembered);
    }
    if (!this.#memory.isTrusted) return undefined;
    const write = (tx: Transaction, changed: readonly Product[]) => this.save(tx, changed, writeClaims);
    return new RecalledStock(this.#memory, left, areNew, this.calendar.now(), write);
  }

  /** @param writeTheirBatches writes the batches that have changed */
  async save(
    tx: Transaction,
    changed: readonly Aggregate[],
    writeTheirBatches: typeof writeBatches = writeBatches,
  ): Promise<void> {
    const manager = managerOf(tx);
    const products = changed.filter((each) => each instanceof Product);
    const orders = changed.filter((each) => each instanceof Order);
    const changes = products.map(({ sku, version, changes }) => ({ sku, version, ...changes }));
    const batches = changes.flatMap(({ sku, batches }) => batches.map((batch) => ({ sku, batch })));
    const lines = changes.flatMap(({ sku, lines, newOrderIds }) =>
      lines.map((line) => ({ sku, line, isNew: newOrderIds.has(line.orderId) })),
    );
    const added = lines.filter(({ isNew }) => isNew);
    const rewritten = lines.filter(({ isNew }) => !isNew);
    const gone = changes.flatMap(({ sku, goneOrderIds }) =>
      goneOrderIds.map((orderId) => ({ sku, orderId })),
    );
    const splitBefore = changes.flatMap(({ sku, splitBefore }) =>
      splitBefore.map((orderId) => ({ sku, orderId })),
    );

    const waiting = changes.flatMap(({ sku, queue }) => queue.lines.map((line) => ({ sku, ...line })));
    const waitingNoMore = changes.flatMap(({ sku, queue }) =>
      queue.goneOrderIds.map((orderId) => ({ sku, orderId })),
    );

    const documents = new Set([
      ...products.map(({ warehouse }) => warehouse.documents),
      ...orders.map((order) => order.documents),
    ]);
    const policies = changes.flatMap(({ sku, policy }) => (policy ? { sku, policy } : []));
    const turns = changes.flatMap(({ sku, queue: { lastChannel } }) =>
      lastChannel === undefined ? [] : { sku, lastChannel },
    );
    const endedPromises = changes.flatMap(({ sku, endedPromises }) =>
      endedPromises.map((promise) => ({ sku, ...promise })),
    );
    const written = [...documents].flatMap(({ changed }) => changed);

    const before = [
      written.length > 0 && writeDocuments(manager, written),
      orders.length > 0 && writeOrders(manager, orders),
      endedPromises.length > 0 && keepEndedPromises(manager, endedPromises),
    ];
    const raised = changes.length > 0 && raiseVersions(manager, changes);
    if (raised) ifFailedOrInDoubt(tx, this.#memory.note(products, raised));
    await settleAll(
      ...before,
      raised,
      policies.length > 0 && writePolicies(manager, policies),
      turns.length > 0 && writeTurns(manager, turns),
      batches.length > 0 && writeTheirBatches(manager, batches),
      sendInTurns([
        inPortions(splitBefore, (lines) => deleteFurtherClaims(manager, lines)),
        inPortions(gone, (lines) => deleteLines(manager, lines)),
        inPortions(added, (lines) => insertLines(manager, lines)),
        inPortions(rewritten, (lines) => writeLines(manager, lines, false)),
        inPortions(waitingNoMore, (lines) => deleteFromQueues(manager, lines)),
        inPortions(waiting, (lines) => writeQueues(manager, lines)),
      ]),
    );
  }
}

/** Rows that a statement writes at most: their texts are made in one go, and calls of others wait for that. */
const MOST_ROWS = 2_048;

type Write = () => Promise<unknown>;

/** @param write writes some of the rows, with one statement for each table */
function inPortions<Row>(
  rows: readonly Row[],
  write: (rows: readonly Row[]) => Promise<unknown>,
): readonly Write[] {
  return portionsOf(rows, MOST_ROWS).map((portion) => () => write(portion));
}

/**
 * Sends the writes of several tables without waiting for their answers. If a table has more than one portion, each write waits
 * for the one before, so that calls of others go between.
 */
async function sendInTurns(tables: readonly (readonly Write[])[]): Promise<void> {
  if (tables.every(({ length }) => length <= 1)) await settleAll(...tables.flat().map((write) => write()));
  else for (const write of tables.flat()) await write();
}

/** The SKUs that are needed for each order. */
function groupSkus(needs: readonly ProductNeed[]): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const { orderId, sku } of needs) {
    if (orderId === undefined) continue;
    const group = groups.get(orderId);
    if (group) group.add(sku);
    else groups.set(orderId, new Set([sku]));
  }
  return groups;
}

function idsOf(needs: readonly (OrderNeed | ProductNeed)[]): string[] {
  return [...new Set(needs.flatMap(({ orderId }) => orderId ?? []))];
}
