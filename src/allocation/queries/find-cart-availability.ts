import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { FindAvailability, type AvailabilityAnswer } from './find-availability.js';
import { UnknownProduct } from '../domain/unknown-product.js';

export interface CartItem {
  readonly sku: string;
  /** The units of a line: the answer then says which batch it would get. */
  readonly quantity?: number | undefined;
}

export type CartItemAnswer =
  | (AvailabilityAnswer & { readonly known: true })
  | {
      readonly sku: string;
      readonly known: false;
      readonly version: null;
      readonly onHand: 0;
      readonly inbound: [];
      readonly promise: null;
    };

/** What could be promised of each item of a cart, in its order. */
export class FindCartAvailability extends Query<readonly CartItemAnswer[]> {
  /** @param by the last day on which units may come, `YYYY-MM-DD`; undefined for any */
  constructor(
    readonly items: readonly CartItem[],
    readonly by: string | undefined,
  ) {
    super();
  }
}

/** Asks for all items at once, so that they share a statement. */
@QueryHandler(FindCartAvailability)
export class FindCartAvailabilityHandler implements IQueryHandler<FindCartAvailability> {
  constructor(private readonly queries: QueryBus) {}

  execute({ items, by }: FindCartAvailability) {
    return Promise.all(items.map((item) => this.#find(item, by)));
  }

  async #find({ sku, quantity }: CartItem, by: string | undefined): Promise<CartItemAnswer> {
    try {
      const answer = await this.queries.execute(new FindAvailability(sku, quantity));
      const { promise } = answer;
      const isTooLate = by !== undefined && promise !== null && promise.eta !== null && promise.eta > by;
      const inbound = answer.inbound.filter(({ eta }) => by === undefined || eta <= by);
      return { ...answer, known: true, inbound, promise: isTooLate ? null : promise };
    } catch (error) {
      if (!(error instanceof UnknownProduct)) throw error;
      return { sku, known: false, version: null, onHand: 0, inbound: [], promise: null };
    }
  }
}
