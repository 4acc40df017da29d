import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { QueryBatcher } from '../../kernel/queries/query-batcher.js';
import { UnknownOrder } from '../domain/errors.js';
import { orderAnswer, type OrderAnswer } from './order-answer.js';
import { readSnapshots } from './order-snapshots.js';
import type { OrderSnapshot } from '../domain/order-state.js';

/** An order with the claims of its lines, all of one moment. */
export class FindOrder extends Query<OrderAnswer> {
  constructor(readonly orderId: string) {
    super();
  }
}

@QueryHandler(FindOrder)
export class FindOrderHandler implements IQueryHandler<FindOrder> {
  readonly #asked: QueryBatcher<FindOrder, OrderSnapshot>;

  constructor(
    dataSource: DataSource,
    private readonly calendar: Calendar,
  ) {
    this.#asked = new QueryBatcher(
      (questions) =>
        readSnapshots(
          dataSource,
          questions.map(({ orderId }) => orderId),
        ),
      ({ orderId }) => orderId,
    );
  }

  /** @throws {UnknownOrder} */
  async execute(question: FindOrder) {
    const order = await this.#asked.load(question);
    if (!order) throw new UnknownOrder(question.orderId);
    return orderAnswer(order, this.calendar.today);
  }
}
