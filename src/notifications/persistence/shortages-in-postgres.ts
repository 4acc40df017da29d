import { Injectable } from '@nestjs/common';
import { DataSource, In, LessThanOrEqual, MoreThan } from 'typeorm';
import type { Transaction } from '../../kernel/domain/store.js';
import { managerOf } from '../../kernel/postgres/typeorm-transactions.js';
import { Shortage } from '../domain/shortage.js';
import { Shortages, type ShortageNeed } from '../domain/shortages.js';
import { Outbox } from './outbox.js';
import { shortageSchema } from './shortage.schema.js';

/** Shortages in the schema `notifications`, one row for each SKU that is short. */
@Injectable()
export class ShortagesInPostgres extends Shortages {
  readonly #dataSource: DataSource;
  readonly #outbox: Outbox;

  constructor(dataSource: DataSource, outbox: Outbox) {
    super();
    this.#dataSource = dataSource;
    this.#outbox = outbox;
  }

  /** Locks existing rows. Only the one reader of the subscription adds a row. */
  async load(tx: Transaction, needs: readonly ShortageNeed[]): Promise<ReadonlyMap<string, Shortage>> {
    const skus = [...new Set(needs.map(({ sku }) => sku))];
    const rows = await managerOf(tx).find(shortageSchema, {
      where: { sku: In(skus) },
      order: { sku: 'asc' },
      lock: { mode: 'pessimistic_write' },
    });
    const short = new Map(rows.map(({ sku, ...state }) => [sku, state]));
    return new Map(skus.map((sku) => [sku, new Shortage(sku, short.get(sku) ?? null)]));
  }

  async save(tx: Transaction, changed: readonly Shortage[]): Promise<void> {
    const manager = managerOf(tx);
    const rows = changed.flatMap(({ sku, state }) => (state ? [{ sku, ...state }] : []));
    const over = changed.filter(({ state }) => state === null).map(({ sku }) => sku);
    if (rows.length > 0) await manager.upsert(shortageSchema, rows, ['sku']);
    if (over.length > 0) await manager.delete(shortageSchema, { sku: In(over) });
    await this.#outbox.put(
      manager,
      changed.flatMap(({ alerts }) => alerts),
    );
  }

  async dueForAlert(alertedBefore: Date, count: number): Promise<string[]> {
    const rows = await this.#dataSource.manager.find(shortageSchema, {
      select: { sku: true },
      where: { refusals: MoreThan(0), alertedAt: LessThanOrEqual(alertedBefore) },
      order: { alertedAt: 'asc' },
      take: count,
    });
    return rows.map(({ sku }) => sku);
  }
}
