import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError, KeyBlocked } from '../../kernel/domain/errors.js';
import { Subscriptions } from '../../kernel/subscriptions/subscriptions.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Product } from '../domain/product.js';
import { Stock } from '../domain/stock.js';
import { UnknownBatch } from '../domain/warehouse-errors.js';
import { FindSkusOfBatches } from '../queries/find-skus-of-batches.js';
import { needOfReceipt, type GoodsReceived, type GoodsToReceive } from './receive-goods.js';

/** How long the handler waits until the papers of all batches have followed. */
const PATIENCE_MS = 30_000;

type Result = GoodsReceived | DomainError;
type Receipts = readonly GoodsToReceive[];

/**
 * Goods of many batches have come, in this order, with one result for each receipt; one that is refused does not affect the
 * others. Safe to repeat. With `untilRefused` nothing is written after the first that is refused, and there is no result for
 * those.
 */
export class ReceiveGoodsOfBatches extends Command<readonly Result[]> {
  constructor(
    readonly receipts: Receipts,
    readonly untilRefused = false,
  ) {
    super();
  }
}

@CommandHandler(ReceiveGoodsOfBatches)
export class ReceiveGoodsOfBatchesHandler implements ICommandHandler<ReceiveGoodsOfBatches> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly queries: QueryBus,
    private readonly subscriptions: Subscriptions,
  ) {}

  /** @throws {Busy} if the papers of the batches have not followed in time; what was written stays written */
  async execute({ receipts, untilRefused }: ReceiveGoodsOfBatches): Promise<readonly Result[]> {
    const references = new Set(receipts.map(({ batchReference }) => batchReference));
    const skus = await this.queries.execute(new FindSkusOfBatches([...references], true));
    const unknown = receipts.findIndex(({ batchReference }) => !skus.has(batchReference));
    if (!untilRefused || unknown < 0) return this.#receive(receipts, skus, untilRefused);
    const before = await this.#receive(receipts.slice(0, unknown), skus, true);
    const areAllDone = before.length === unknown && !before.some((result) => result instanceof DomainError);
    return areAllDone ? [...before, new UnknownBatch(receipts[unknown]!.batchReference)] : before;
  }

  async #receive(receipts: Receipts, skus: ReadonlyMap<string, string>, untilRefused: boolean) {
    const known = receipts.flatMap((receipt, at) => {
      const sku = skus.get(receipt.batchReference);
      return sku === undefined ? [] : { sku, receipt, at };
    });
    const changes = known.map(({ sku, receipt }) => ({
      need: needOfReceipt(sku, receipt),
      run: ({ warehouse }: Product) =>
        warehouse.receive(receipt.receiptId, receipt.batchReference, receipt.receipt),
    }));
    const how = { inOrder: true, untilRefused };
    const outcomes = await this.unitOfWork.changeMany(this.stock.products, changes, how);
    const written = new Set(known.flatMap(({ sku }, i) => (isDone(outcomes[i]) ? [sku] : [])));
    const blocked = await this.subscriptions.waitUntilAllCaughtUp([...written], PATIENCE_MS);
    const results: Result[] = receipts.map(({ batchReference }) => new UnknownBatch(batchReference));
    known.forEach(({ sku, at }, i) => {
      const outcome = outcomes[i];
      if (!isDone(outcome)) results[at] = outcome!;
      else results[at] = blocked.has(sku) ? new KeyBlocked(sku) : { ...outcome, sku };
    });
    return untilRefused ? results.slice(0, outcomes.length) : results;
  }
}

function isDone<T>(outcome: T | DomainError | undefined): outcome is T {
  return outcome !== undefined && !(outcome instanceof DomainError);
}
