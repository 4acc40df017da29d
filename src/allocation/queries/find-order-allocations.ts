import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { QueryBatcher, byOrdinal } from '../../kernel/queries/query-batcher.js';
import { datesOf, type Dates } from '../../vocabulary/dates.js';

export interface AllocationAnswer extends Dates {
  readonly sku: string;
  readonly quantity: number;
  readonly batchReference: string;
  /** Its place in the order in which the lines of the product were allocated. */
  readonly sequence: number;
}

type Row = Omit<AllocationAnswer, 'overdue' | 'expectedDate'>;

/** The allocated lines of an order by SKU; none if the order has no line. */
export class FindOrderAllocations extends Query<AllocationAnswer[]> {
  constructor(readonly orderId: string) {
    super();
  }
}

@QueryHandler(FindOrderAllocations)
export class FindOrderAllocationsHandler implements IQueryHandler<FindOrderAllocations> {
  readonly #asked: QueryBatcher<FindOrderAllocations, { readonly items: Row[] | null }>;

  constructor(
    dataSource: DataSource,
    private readonly calendar: Calendar,
  ) {
    this.#asked = new QueryBatcher(
      (questions) => findAll(dataSource, questions),
      ({ orderId }) => orderId,
    );
  }

  async execute(question: FindOrderAllocations) {
    const items = (await this.#asked.load(question))?.items ?? [];
    return items.map((item) => ({ ...item, ...datesOf(item.eta, this.calendar.today) }));
  }
}

async function findAll(dataSource: DataSource, questions: readonly FindOrderAllocations[]) {
  const rows = await dataSource.query<{ place: number; items: Row[] | null }[]>(
    `select place, found.items
       from unnest($1::text[]) with ordinality as asked (order_id, place)
      cross join lateral (
            select json_agg(json_build_object(
                     'sku', line.sku, 'quantity', line.quantity,
                     'batchReference', line.batch_reference, 'eta', batch.eta,
                     'sequence', line.sequence) order by line.sku) as items
              from (select * from allocation.line where line.order_id = asked.order_id offset 0) as line
              join allocation.batch on batch.reference = line.batch_reference) as found`,
    [questions.map(({ orderId }) => orderId)],
  );
  return byOrdinal(rows);
}
