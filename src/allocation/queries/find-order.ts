import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { UnknownOrder } from '../domain/errors.js';
import { orderAnswer, type OrderAnswer } from './order-answer.js';
import { snapshotBatcher } from './order-snapshots.js';

/** An order with the claims of its lines, all of one moment. */
export class FindOrder extends Query<OrderAnswer> {
  constructor(readonly orderId: string) {
    super();
  }
}

@QueryHandler(FindOrder)
export class FindOrderHandler implements IQueryHandler<FindOrder> {
  readonly #asked: ReturnType<typeof snapshotBatcher>;

  constructor(
    dataSource: DataSource,
    private readonly calendar: Calendar,
  ) {
    this.#asked = snapshotBatcher(dataSource);
  }

  /** @throws {UnknownOrder} */
  async execute(question: FindOrder) {
    const order = await this.#asked.load(question);
    if (!order) throw new UnknownOrder(question.orderId);
    return orderAnswer(order, this.calendar.today);
  }
}
