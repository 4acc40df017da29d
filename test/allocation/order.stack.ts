import { expect } from '@jest/globals';
import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import { stateOfLine, stateOfOrder, type OrderSnapshot } from '../../src/allocation/domain/order-state.js';
import {
  askOrder,
  named,
  needOfOrder,
  ORDER_IDS,
  SKUS,
  type Asked,
  type Moment,
  type OrderAnswer,
} from './order.commands.js';
import { ModelStock, type OrderPicture } from './order.model.js';
import { ask, minute, needOf, refusal } from './product.commands.js';
import { expectSame, withoutPassedOver, type Played, type Stack } from './product.stack.js';

/** What lies between a handler and the stored products and orders. */
export interface OrderStack extends Stack {
  /** The orders as they are stored; undefined if nobody knows it. */
  orders(orderIds: readonly string[], now: Date): Promise<(OrderPicture | undefined)[]>;
}

let played = 0;

/**
 * Plays a history: what is asked at one moment is submitted in one turn. Answers, orders, tables, log and versions must be
 * those of the model.
 * @param names of all orders of the history
 */
export async function playOrders(
  stack: OrderStack,
  history: readonly Moment[],
  names: readonly string[] = ORDER_IDS,
): Promise<Played> {
  const game = `GAME-${++played}`;
  const skus = SKUS.map((sku) => `${game}-${sku}`);
  const orderIds = names.map((orderId) => `${game}-${orderId}`);
  const model = new ModelStock(skus);
  const published = new Map<string, AllocationEvent[]>(skus.map((sku) => [sku, []]));
  const commits: Played = { together: 0, oneByOne: 0 };
  let minutes = 0;

  for (const moment of history) {
    minutes += moment.wait;
    const now = minute(minutes);
    await stack.setClock(now);
    const asked = moment.asked.map((each) => named(game, each));
    if (asked.length === 0) continue;
    const committedBefore = stack.committed();
    const answers = await Promise.all(asked.map((each) => submit(stack, each)));
    const committed = stack.committed() - committedBefore;

    // A work that needs more than was loaded, since another of its group has moved lines, makes all go alone.
    const isTogether = committed === 1;
    if (!isTogether) expect(committed).toBe(asked.length);
    commits[isTogether ? 'together' : 'oneByOne']++;
    const transactions = isTogether ? [asked] : asked.map((each) => [each]);
    const expected = transactions.flatMap((transaction) => {
      const outcome = model.transact(transaction, now);
      for (const [sku, events] of outcome.events) published.get(sku)!.push(...events);
      return outcome.answers;
    });
    expectSame(answers, expected);
    expectSame(
      await stack.orders(orderIds, now),
      orderIds.map((orderId) => model.pictureOf(orderId, now)),
    );
  }

  for (const sku of skus) {
    expectSame(await stack.stored(sku), model.product(sku).picture);
    expectSame(withoutPassedOver(await stack.told(sku)), published.get(sku));
  }
  return commits;
}

async function submit({ unitOfWork, stock }: Stack, asked: Asked): Promise<OrderAnswer> {
  try {
    if (asked.ask === 'of product') {
      const { sku, command } = asked;
      return await unitOfWork.change(stock.products, needOf(sku, command), (product) =>
        ask(product, command),
      );
    }
    return await unitOfWork.change(stock.orders, needOfOrder(asked), (order) => askOrder(order, asked));
  } catch (error) {
    return refusal(error);
  }
}

/** What an outsider sees of an order. */
export function pictureOfOrder(order: OrderSnapshot): OrderPicture {
  const { version, expiresAt, priority, channel, locations, mayWait, shipComplete } = order;
  const lines = order.lines.map((line) => {
    const { sku, quantity, split, neededBy, isUnpromised, claims } = line;
    const promisedDate = isUnpromised ? undefined : line.promisedDate;
    return { sku, quantity, split, neededBy, promisedDate, state: stateOfLine(line, order), claims };
  });
  const terms = { expiresAt, priority, channel, locations, mayWait, shipComplete };
  return { version, state: stateOfOrder(order), ...terms, lines };
}
