import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Subscriptions } from '../../kernel/subscriptions/subscriptions.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Stock, type ProductNeed } from '../domain/stock.js';
import type { Receipt, Received, Written } from '../domain/warehouse.js';
import { FindSkuOfBatch } from '../queries/find-sku-of-batch.js';

export interface GoodsReceived extends Written<Received> {
  readonly sku: string;
}

/** Goods of a batch have come, all or a part of them (rule 14). Safe to repeat under the same id. */
export class ReceiveGoods extends Command<GoodsReceived> {
  constructor(
    readonly receiptId: string,
    readonly batchReference: string,
    readonly receipt: Receipt,
  ) {
    super();
  }
}

export type GoodsToReceive = Pick<ReceiveGoods, 'receiptId' | 'batchReference' | 'receipt'>;

@CommandHandler(ReceiveGoods)
export class ReceiveGoodsHandler implements ICommandHandler<ReceiveGoods> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly queries: QueryBus,
    private readonly subscriptions: Subscriptions,
  ) {}

  /**
   * Waits until the paper of the batch has followed: a change of it that the caller makes next comes after the receipt.
   * @throws {UnknownBatch | DocumentConflict}
   */
  async execute(command: ReceiveGoods) {
    const { receiptId, batchReference, receipt } = command;
    const sku = await this.queries.execute(new FindSkuOfBatch(batchReference));
    const written = await this.unitOfWork.change(
      this.stock.products,
      needOfReceipt(sku, command),
      ({ warehouse }) => warehouse.receive(receiptId, batchReference, receipt),
    );
    await this.subscriptions.waitUntilCaughtUp(sku);
    return { ...written, sku };
  }
}

/** A receipt as answers show it. */
export function receiptAnswer(
  { receiptId, batchReference, receipt }: GoodsToReceive,
  { sku, result }: GoodsReceived,
) {
  const { quantity, rejected, isFinal } = receipt;
  return { receiptId, batchReference, sku, quantity, rejected, final: isFinal, ...result };
}

/** @param sku of the batch */
export function needOfReceipt(
  sku: string,
  { receiptId, batchReference, receipt }: GoodsToReceive,
): ProductNeed {
  const { quantity, rejected, isFinal } = receipt;
  const resize = isFinal ? { by: quantity, keepsOnHand: true } : { by: -rejected };
  return { sku, batchReference, resize, frees: quantity, document: { kind: 'receipt', id: receiptId } };
}
