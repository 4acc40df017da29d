import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { datesOf, type Dates } from '../../vocabulary/dates.js';
import type { Claim } from '../domain/order-line.js';
import { unitsClaimed } from '../domain/order-state.js';
import { snapshotBatcher } from './order-snapshots.js';

export interface AllocationAnswer extends Dates {
  readonly sku: string;
  readonly quantity: number;
  /** The batch that holds the line; of a split line, the one that comes last. */
  readonly batchReference: string;
  /** Its place in the order in which the lines of the product were allocated. */
  readonly sequence: number;
  /** Left out if one batch holds the line. */
  readonly claims?: readonly (Claim & Dates)[];
}

/** The allocated lines of an order by SKU; none if the order has no line. */
export class FindOrderAllocations extends Query<AllocationAnswer[]> {
  constructor(readonly orderId: string) {
    super();
  }
}

@QueryHandler(FindOrderAllocations)
export class FindOrderAllocationsHandler implements IQueryHandler<FindOrderAllocations> {
  readonly #asked: ReturnType<typeof snapshotBatcher>;

  constructor(
    dataSource: DataSource,
    private readonly calendar: Calendar,
  ) {
    this.#asked = snapshotBatcher(dataSource);
  }

  async execute(question: FindOrderAllocations) {
    const order = await this.#asked.load(question);
    const claiming = order?.lines.filter(({ claims }) => claims.length > 0) ?? [];
    const { today } = this.calendar;
    return claiming.map((line): AllocationAnswer => {
      const { sku, sequence, claims } = line;
      const { batchReference, eta } = claims.at(-1)!;
      const allocation = {
        sku,
        quantity: unitsClaimed(line),
        batchReference,
        sequence,
        ...datesOf(eta, today),
      };
      if (claims.length === 1) return allocation;
      const dated = claims.map(({ batchReference, quantity, eta }) => ({
        ...{ batchReference, quantity },
        ...datesOf(eta, today),
      }));
      return { ...allocation, claims: dated };
    });
  }
}
