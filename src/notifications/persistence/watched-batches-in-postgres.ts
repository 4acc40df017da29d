import { Injectable } from '@nestjs/common';
import { DataSource, LessThanOrEqual, MoreThan, type EntityManager } from 'typeorm';
import type { Transaction } from '../../kernel/domain/store.js';
import { managerOf } from '../../kernel/postgres/typeorm-transactions.js';
import { WatchedBatch } from '../domain/watched-batch.js';
import { WatchedBatches, type WatchedBatchNeed } from '../domain/watched-batches.js';
import { Outbox } from './outbox.js';
import { watchedBatchSchema, type WatchedBatchRow } from './watched-batch.schema.js';

/** Watched batches in the schema `notifications`, with one row for each lost promise. */
@Injectable()
export class WatchedBatchesInPostgres extends WatchedBatches {
  readonly #dataSource: DataSource;
  readonly #outbox: Outbox;

  constructor(dataSource: DataSource, outbox: Outbox) {
    super();
    this.#dataSource = dataSource;
    this.#outbox = outbox;
  }

  /** Locks existing rows. Only the one reader of the subscription adds a row. */
  async load(
    tx: Transaction,
    needs: readonly WatchedBatchNeed[],
  ): Promise<ReadonlyMap<string, WatchedBatch>> {
    const byKey = new Map(needs.map((need) => [this.keyOf(need), need]));
    const named = [...byKey.values()];
    const rows = await managerOf(tx)
      .createQueryBuilder(watchedBatchSchema, 'batch')
      .where('(batch.sku, batch.reference) in (select * from unnest(:skus::text[], :references::text[]))', {
        skus: named.map(({ sku }) => sku),
        references: named.map(({ reference }) => reference),
      })
      .orderBy('batch.sku')
      .addOrderBy('batch.reference')
      .setLock('pessimistic_write')
      .getMany();
    const slipped = rows.filter(({ slippedFrom }) => slippedFrom !== null);
    const unsent = await this.#outbox.withUnsentSlip(managerOf(tx), slipped);
    const isUnsent = new Set(unsent.map((batch) => this.keyOf(batch)));
    const asKnown = (row: WatchedBatchRow) =>
      isUnsent.has(this.keyOf(row)) ? row : { ...row, slippedFrom: null };
    const known = new Map(rows.map((row) => [this.keyOf(row), asKnown(row)]));
    return new Map(
      [...byKey].map(([key, { sku, reference }]) => {
        return [key, new WatchedBatch(sku, reference, known.get(key) ?? null)];
      }),
    );
  }

  async save(tx: Transaction, changed: readonly WatchedBatch[]): Promise<void> {
    const manager = managerOf(tx);
    const rows: WatchedBatchRow[] = changed.map(({ sku, reference, state }) => ({
      ...state,
      sku,
      reference,
    }));
    await manager.upsert(watchedBatchSchema, rows, ['sku', 'reference']);
    await keepLostPromises(manager, changed);
    await markReported(
      manager,
      changed.filter(({ reportsLostPromises }) => reportsLostPromises),
    );
    await this.#outbox.withdrawLate(
      manager,
      changed.filter(({ withdrawsLate }) => withdrawsLate),
    );
    await this.#outbox.put(
      manager,
      changed.flatMap(({ alerts }) => alerts),
    );
  }

  async dueForAlert(alertedBefore: Date, count: number): Promise<WatchedBatchNeed[]> {
    return this.#dataSource.manager.find(watchedBatchSchema, {
      select: { sku: true, reference: true },
      where: { lines: MoreThan(0), alertedAt: LessThanOrEqual(alertedBefore) },
      order: { alertedAt: 'asc' },
      take: count,
    });
  }
}

async function keepLostPromises(manager: EntityManager, changed: readonly WatchedBatch[]): Promise<void> {
  const lost = changed.flatMap(({ sku, reference, lost }) =>
    lost.map((promise) => ({ ...promise, sku, reference })),
  );
  if (lost.length === 0) return;
  await manager.query(
    `insert into notifications.lost_promise (position, sku, batch_reference, order_id, quantity, lost_at)
     select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::timestamptz[])`,
    [
      lost.map(({ position }) => position),
      lost.map(({ sku }) => sku),
      lost.map(({ reference }) => reference),
      lost.map(({ orderId }) => orderId),
      lost.map(({ quantity }) => quantity),
      lost.map(({ lostAt }) => lostAt),
    ],
  );
}

async function markReported(manager: EntityManager, batches: readonly WatchedBatch[]): Promise<void> {
  if (batches.length === 0) return;
  await manager.query(
    `update notifications.lost_promise as lost set reported_at = clock_timestamp()
       from unnest($1::text[], $2::text[]) as reported (sku, reference)
      where lost.sku = reported.sku and lost.batch_reference = reported.reference and lost.reported_at is null`,
    [batches.map(({ sku }) => sku), batches.map(({ reference }) => reference)],
  );
}
