import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asRefusal, type DomainError } from '../../kernel/domain/errors.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { WantedOrder } from '../domain/wanted-order.js';
import { PutOrder, PutOrderHandler, type OrderPut } from './put-order.js';

type Result = OrderPut | DomainError;

/**
 * Put many orders, each in one step, with one result for each; one rejected order does not affect the others. Safe to
 * repeat.
 */
export class PutOrders extends Command<readonly Result[]> {
  /** @param isUpdate whether an order that exists with other lines or terms is replaced; otherwise it is refused */
  constructor(
    readonly orders: readonly { readonly orderId: string; readonly wanted: WantedOrder }[],
    readonly isUpdate: boolean,
  ) {
    super();
  }
}

/** Does not wait for one order before the next, so that orders share the transactions of the unit of work. */
@CommandHandler(PutOrders)
export class PutOrdersHandler implements ICommandHandler<PutOrders> {
  constructor(
    private readonly one: PutOrderHandler,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  execute({ orders, isUpdate }: PutOrders) {
    return Promise.all(
      orders.map(({ orderId, wanted }): Promise<Result> => {
        const put = new PutOrder(orderId, wanted, { same: !isUpdate });
        return asRefusal(this.unitOfWork.inBulk(() => this.one.execute(put)));
      }),
    );
  }
}
