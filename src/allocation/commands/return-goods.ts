import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Claim } from '../domain/order-line.js';
import type { ReturnedLine } from '../domain/shipping.js';
import { Stock } from '../domain/stock.js';

export interface ReturnAnswer {
  readonly returnId: string;
  readonly orderId: string;
  readonly returnedAt: string;
  readonly lines: readonly (ReturnedLine & { readonly batches: readonly Claim[] })[];
}

/** Units of an order come back to the batches that they came from. Safe to repeat under the same id. */
export class ReturnGoods extends Command<{ readonly isNew: boolean; readonly answer: ReturnAnswer }> {
  constructor(
    readonly returnId: string,
    readonly orderId: string,
    readonly lines: readonly ReturnedLine[],
  ) {
    super();
  }
}

@CommandHandler(ReturnGoods)
export class ReturnGoodsHandler implements ICommandHandler<ReturnGoods> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  /** @throws {UnknownOrder | OverReturned | DocumentConflict} */
  async execute({ returnId, orderId, lines }: ReturnGoods) {
    const document = { kind: 'return', id: returnId } as const;
    const written = await this.unitOfWork.change(
      this.stock.orders,
      { orderId, lines: [], document },
      ({ goods }) => goods.takeBack(returnId, lines),
    );
    const { createdAt, result } = written.document;
    const { lines: returned } = result as {
      readonly lines: readonly (ReturnedLine & { claims: readonly Claim[] })[];
    };
    const answer = {
      returnId,
      orderId,
      returnedAt: createdAt.toISOString(),
      lines: returned.map(({ claims, ...line }) => ({ ...line, batches: claims })),
    };
    return { isNew: written.isNew, answer };
  }
}
