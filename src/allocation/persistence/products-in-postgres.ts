import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ConcurrentChange, type Transaction } from '../../kernel/domain/store.js';
import { settleAll } from '../../kernel/domain/settle-all.js';
import { managerOf } from '../../kernel/postgres/typeorm-transactions.js';
import { Product } from '../domain/product.js';
import type { AllocatedLine, LoadedPart } from '../domain/loaded-product.js';
import { Products, type ProductNeed } from '../domain/products.js';
import type { BatchState } from '../domain/batch.js';

type OfSku<T> = T & { readonly sku: string };
type Row = OfSku<{ version: number; lastSequence: number }>;

/**
 * Products in the schema `allocation`. Loading costs at most five statements and reads only the open batches and lines
 * that are needed, however much was allocated before; saving costs one statement for each table that changes.
 */
@Injectable()
export class ProductsInPostgres extends Products {
  async load(tx: Transaction, needs: readonly ProductNeed[]): Promise<ReadonlyMap<string, Product>> {
    const manager = managerOf(tx);
    const skus = [...new Set(needs.map(({ sku }) => sku))];
    // Sent together but run in this order, so that all that is read is as new as the rows that are locked first.
    const [locked, ofOrders, newest, counts, openBatches] = await Promise.all([
      lockProducts(manager, skus),
      readLinesOfOrders(manager, needs),
      readNewestLines(manager, needs),
      countLines(manager, needs),
      readBatches(manager, needs),
    ]);
    const rows = new Map(locked.map((row) => [row.sku, row]));
    const batchesBySku = groupBySku(withoutRepetition([...openBatches, ...ofOrders.batches]));
    const linesBySku = groupBySku([...ofOrders.lines, ...newest]);
    const loadedOf = loadedPart(needs, newest, counts, openBatches);
    return new Map(
      skus.map((sku) => {
        const { version, lastSequence } = rows.get(sku) ?? { version: 0, lastSequence: 0 };
        const batches = batchesBySku.get(sku) ?? [];
        const lines = linesBySku.get(sku) ?? [];
        const loaded = loadedOf(sku, lastSequence);
        return [sku, new Product({ sku, version, lastSequence, batches, lines, loaded })];
      }),
    );
  }

  async save(tx: Transaction, changed: readonly Product[]): Promise<void> {
    const manager = managerOf(tx);
    const changes = changed.map(({ sku, version, changes }) => ({ sku, version, ...changes }));
    const batches = changes.flatMap(({ sku, batches }) => batches.map((batch) => ({ sku, batch })));
    const lines = changes.flatMap(({ sku, lines }) => lines.map((line) => ({ sku, line })));
    const gone = changes.flatMap(({ sku, goneOrderIds }) =>
      goneOrderIds.map((orderId) => ({ sku, orderId })),
    );

    await settleAll(
      raiseVersions(manager, changes),
      batches.length > 0 && writeBatches(manager, batches),
      lines.length > 0 && writeLines(manager, lines),
      gone.length > 0 && deleteLines(manager, gone),
    );
  }
}

/**
 * Locks in the order of SKUs, so that two transactions never wait for each other. The version alone would catch a race;
 * the lock saves the loser a retry and keeps several instances on one hot SKU from starving each other.
 */
async function lockProducts(manager: EntityManager, skus: readonly string[]): Promise<Row[]> {
  return manager.query(
    `select sku, version, last_sequence as "lastSequence"
       from allocation.product where sku = any($1) order by sku for no key update`,
    [skus],
  );
}

const LINE = `
  line.sku, line.order_id as "orderId", line.quantity, line.batch_reference as "batchReference", line.sequence`;

/** The lines of the orders, each with its batch. */
async function readLinesOfOrders(
  manager: EntityManager,
  needs: readonly ProductNeed[],
): Promise<{ lines: OfSku<AllocatedLine>[]; batches: OfSku<BatchState>[] }> {
  const named = needs.filter(({ orderId }) => orderId !== undefined);
  if (named.length === 0) return { lines: [], batches: [] };
  // `offset 0` makes the planner look up each line by the primary key, however few lines it expects.
  const rows = await manager.query<(OfSku<AllocatedLine> & { batch: OfSku<BatchState> })[]>(
    `select ${LINE},
            json_build_object('sku', batch.sku, 'reference', reference, 'eta', eta,
                              'quantity', batch.quantity, 'allocated', allocated,
                              'overdueNoted', overdue_noted) as batch
       from unnest($1::text[], $2::text[]) as need (order_id, sku)
      cross join lateral (
            select * from allocation.line
             where line.order_id = need.order_id and line.sku = need.sku offset 0) as line
       join allocation.batch on reference = line.batch_reference`,
    [named.map(({ orderId }) => orderId), named.map(({ sku }) => sku)],
  );
  return { lines: rows.map(({ batch: _, ...line }) => line), batches: rows.map(({ batch }) => batch) };
}

/** The newest lines of each batch that shrinks: those that have to leave so that the rest fits. */
async function readNewestLines(
  manager: EntityManager,
  needs: readonly ProductNeed[],
): Promise<OfSku<AllocatedLine>[]> {
  const shrinking = needs.filter(({ newQuantity }) => newQuantity !== undefined);
  if (shrinking.length === 0) return [];
  // A line has at least one unit, so no more lines have to leave than there are units too many.
  return manager.query(
    `select ${LINE}
       from unnest($1::text[], $2::int[]) as need (reference, new_quantity)
       join allocation.batch using (reference)
      cross join lateral (
            select *, sum(quantity) over (order by sequence desc) - quantity as newer_units
              from (select * from allocation.line
                     where line.batch_reference = batch.reference
                     order by sequence desc
                     limit greatest(batch.allocated - need.new_quantity, 0)) as newest) as line
      where line.newer_units < batch.allocated - need.new_quantity`,
    [shrinking.map(({ batchReference }) => batchReference), shrinking.map(({ newQuantity }) => newQuantity)],
  );
}

/** The number of lines of each batch for which a need asks for it. */
async function countLines(
  manager: EntityManager,
  needs: readonly ProductNeed[],
): Promise<ReadonlyMap<string, number>> {
  const counted = needs
    .filter(({ countsLines }) => countsLines === true)
    .map(({ batchReference }) => batchReference);
  if (counted.length === 0) return new Map();
  const rows = await manager.query<{ reference: string; lines: number }[]>(
    `select reference, (select count(*) from allocation.line where batch_reference = reference)::int as lines
       from unnest($1::text[]) as asked (reference)`,
    [counted],
  );
  return new Map(rows.map(({ reference, lines }) => [reference, lines]));
}

/**
 * The open batches of each product, in the order of preference up to one that could hold all that the needs claim, and
 * the batches that the needs name.
 */
async function readBatches(
  manager: EntityManager,
  needs: readonly ProductNeed[],
): Promise<(OfSku<BatchState> & { readonly isPart: boolean })[]> {
  const units = unitsBySku(needs);
  return manager.query(
    `select batch.sku, batch.reference, to_char(batch.eta, 'YYYY-MM-DD') as eta, quantity, allocated,
            to_char(overdue_noted, 'YYYY-MM-DD') as "overdueNoted", enough.reference is not null as "isPart"
       from unnest($1::text[], $2::bigint[]) as need (sku, units)
       left join lateral (
            select coalesce(eta, '-infinity') as eta, reference from allocation.batch
             where batch.sku = need.sku and is_open and quantity - allocated >= need.units
             order by coalesce(eta, '-infinity'), reference limit 1) as enough on true
      cross join lateral (
            select * from allocation.batch
             where batch.sku = need.sku and is_open
               and (coalesce(eta, '-infinity'), reference)
                   <= (coalesce(enough.eta, 'infinity'), coalesce(enough.reference, ''))
            offset 0) as batch
      union all
     select sku, reference, to_char(eta, 'YYYY-MM-DD'), quantity, allocated, to_char(overdue_noted, 'YYYY-MM-DD'), false
       from allocation.batch where reference = any($3)`,
    [[...units.keys()], [...units.values()], needs.flatMap(({ batchReference }) => batchReference ?? [])],
  );
}

/** The units that are claimed of each product; null if a need does not say how many. */
function unitsBySku(needs: readonly ProductNeed[]): Map<string, number | null> {
  const sums = new Map<string, number | null>();
  for (const { sku, units } of needs) {
    const sum = sums.get(sku) ?? (sums.has(sku) ? null : 0);
    sums.set(sku, sum === null || units === undefined ? null : sum + units);
  }
  return sums;
}

/** The only place that raises a version (rule 8): every write of a product comes through here. */
async function raiseVersions(manager: EntityManager, changes: readonly Row[]): Promise<void> {
  const [row] = await manager.query<{ raised: number }[]>(
    `with changed (sku, loaded, last_sequence) as (
       select * from unnest($1::text[], $2::bigint[], $3::bigint[])
     ), raised as (
       update allocation.product
          set version = product.version + 1, last_sequence = changed.last_sequence
         from changed
        where product.sku = changed.sku and product.version = changed.loaded
        returning 1
     ), created as (
       insert into allocation.product (sku, version, last_sequence)
       select sku, 1, last_sequence from changed where loaded = 0
       on conflict do nothing
       returning 1
     )
     select (select count(*) from raised) + (select count(*) from created) as raised`,
    [
      changes.map(({ sku }) => sku),
      changes.map(({ version }) => version),
      changes.map(({ lastSequence }) => lastSequence),
    ],
  );
  if (row!.raised !== changes.length) throw new ConcurrentChange(changes.map(({ sku }) => sku));
}

async function writeBatches(
  manager: EntityManager,
  batches: readonly { sku: string; batch: BatchState }[],
): Promise<void> {
  await manager.query(
    `insert into allocation.batch (sku, reference, eta, quantity, allocated, overdue_noted)
     select * from unnest($1::text[], $2::text[], $3::date[], $4::int[], $5::int[], $6::date[])
     on conflict (reference) do update
        set eta = excluded.eta, quantity = excluded.quantity, allocated = excluded.allocated,
            overdue_noted = excluded.overdue_noted`,
    [
      batches.map(({ sku }) => sku),
      batches.map(({ batch }) => batch.reference),
      batches.map(({ batch }) => batch.eta),
      batches.map(({ batch }) => batch.quantity),
      batches.map(({ batch }) => batch.allocated),
      batches.map(({ batch }) => batch.overdueNoted ?? null),
    ],
  );
}

async function writeLines(
  manager: EntityManager,
  lines: readonly { sku: string; line: AllocatedLine }[],
): Promise<void> {
  await manager.query(
    `insert into allocation.line (sku, order_id, quantity, batch_reference, sequence)
     select * from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::bigint[])
     on conflict (order_id, sku) do update
        set quantity = excluded.quantity, batch_reference = excluded.batch_reference, sequence = excluded.sequence`,
    [
      lines.map(({ sku }) => sku),
      lines.map(({ line }) => line.orderId),
      lines.map(({ line }) => line.quantity),
      lines.map(({ line }) => line.batchReference),
      lines.map(({ line }) => line.sequence),
    ],
  );
}

async function deleteLines(
  manager: EntityManager,
  gone: readonly { readonly sku: string; readonly orderId: string }[],
): Promise<void> {
  await manager.query(
    `delete from allocation.line using unnest($1::text[], $2::text[]) as gone (order_id, sku)
      where line.order_id = gone.order_id and line.sku = gone.sku`,
    [gone.map(({ orderId }) => orderId), gone.map(({ sku }) => sku)],
  );
}

/** What is known for certain about each product, given the needs and what was read for them. */
function loadedPart(
  needs: readonly ProductNeed[],
  newest: readonly AllocatedLine[],
  counts: ReadonlyMap<string, number>,
  batches: readonly { readonly sku: string; readonly isPart: boolean }[],
): (sku: string, lastSequence: number) => LoadedPart {
  const inPart = new Set(batches.filter(({ isPart }) => isPart).map(({ sku }) => sku));
  const ofOrders = needs.filter(({ orderId }) => orderId !== undefined);
  const lines = new Set(ofOrders.map(({ sku, orderId }) => `${sku}\n${orderId}`));
  const named = new Set(needs.map(({ batchReference }) => batchReference));
  const newestFrom = new Map<string, number>();
  for (const { batchReference, sequence } of newest) {
    newestFrom.set(batchReference, Math.min(sequence, newestFrom.get(batchReference) ?? sequence));
  }
  return (sku, lastSequence) => ({
    hasOrder: (orderId) => lines.has(`${sku}\n${orderId}`),
    hasBatch: (reference) => named.has(reference),
    hasEveryOpenBatch: !inPart.has(sku),
    newestLinesFrom: (reference) => newestFrom.get(reference) ?? lastSequence + 1,
    linesOn: (reference) => counts.get(reference),
  });
}

/** A batch may have been read twice: as an open one, and with a line. */
function withoutRepetition<T extends BatchState>(batches: readonly T[]): T[] {
  return [...new Map(batches.map((batch) => [batch.reference, batch])).values()];
}

function groupBySku<T extends { readonly sku: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.sku);
    if (group) group.push(item);
    else groups.set(item.sku, [item]);
  }
  return groups;
}
