import { codeOf, operation, refusalIn, type Facts } from './answers.js';
import { isAboutGoods, subjectOf, type GoodsCall } from './goods.js';
import { skusOf, type Call } from './calls.js';
import type { Recorded, Reply } from './clients.js';

import type { PairCall } from './pairs.js';
import type { QueueCall } from './queues.js';
import type { GoodsOfProduct } from './product-goods.js';
import type { ProductCall, ProductOperation } from './product-model.js';
import { DONE, refused, type Answer } from './product-state.js';

/** A call that is about products one by one. */
type ProductsCall = Exclude<Call, PairCall | QueueCall>;

/** What the call means for the product. What it means for a batch, the product hears of by the log. */
export function productOperations(recorded: Recorded, sku: string): ProductOperation[] {
  const { reply } = recorded;
  const call = recorded.call as ProductsCall;
  const body = (reply?.body ?? {}) as Facts;
  if (isAboutGoods(call)) return [operation(recorded, goodsOfProduct(call), goodsAnswer(call, reply))];
  const one = (its: ProductCall, answer: Answer) => [operation(recorded, its, answer)];
  switch (call.ask) {
    case 'allocate': {
      const { orderId, quantity, split } = call;
      return one({ ask: 'allocate', orderId, quantity, split }, allocationAnswer(reply));
    }
    case 'deallocate':
      return one(
        { ask: 'deallocate', orderId: call.orderId },
        reply?.status === 204 ? DONE : refusalIn(body),
      );
    case 'give back':
      // Refused, it says that there was no line of the order at all.
      if (reply?.status === 404) return one({ ask: 'line', orderId: call.orderId }, refused('no line'));
      return one({ ask: 'give back', orderId: call.orderId }, DONE);
    case 'show product': {
      const { sku: _, version: __, more: ___, batches, ...totals } = body;
      const { claimed: ____, held: _____, ...sums } = totals;
      const picture = { ...sums, batches: withoutToday(batches) };
      return one({ ask: 'product' }, reply?.status === 200 ? picture : refusalIn(body));
    }
    case 'show availability': {
      const { onHand, inbound, promise } = body;
      const answer =
        reply?.status === 200
          ? { onHand, inbound: withoutToday(inbound), promise: withoutToday(promise) }
          : refusalIn(body);
      return one({ ask: 'availability', quantity: call.quantity }, answer);
    }
    case 'show order': {
      const items = (body.items ?? []) as { sku: string }[];
      const item = items.find((each) => each.sku === sku);
      const { sku: _, ...line } = item ?? { sku };
      return one(
        { ask: 'line', orderId: call.orderId },
        item ? (withoutToday(line) as object) : refused('no line'),
      );
    }
    case 'register':
    case 'change':
    case 'show batch':
      return [];
  }
}

/** The products that the call is about. */
export function skusOfCall(call: ProductsCall): readonly string[] {
  if ('sku' in call) return [call.sku];
  if ('id' in call) return skusOf(subjectOf(call.id));
  return 'orderId' in call ? skusOf(call.orderId) : [];
}

function goodsOfProduct(call: GoodsCall): GoodsOfProduct {
  return call.ask === 'show shipment' ? { ask: 'shipment', id: call.id } : call;
}

/** What an answer says whatever day it is: all dates are far off, so that nothing becomes overdue. */
function withoutToday(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(withoutToday);
  if (typeof answer !== 'object' || answer === null) return answer;
  const { overdue: _, expectedDate: __, ...rest } = answer as Facts;
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, withoutToday(value)]));
}

function allocationAnswer(reply: Reply | null): Answer {
  if (!reply) return '';
  const body = reply.body as Facts;
  const { quantity, batchReference, eta, claims, allocated, available } = body;
  const split = claims !== undefined && { claims: withoutToday(claims) };
  if (reply.status < 300) return { isNew: reply.status === 201, quantity, batchReference, eta, ...split };
  const facts = {
    ...(allocated !== undefined && { allocated }),
    ...(available !== undefined && { available }),
  };
  return refused(codeOf(body), facts);
}

function goodsAnswer(call: GoodsCall, reply: Reply | null): Answer {
  if (!reply) return '';
  if (reply.status === 204) return DONE;
  const body = reply.body as Facts;
  const { requested, claimed, returnable, onHand, overReceived, outstanding, lines } = body;
  const [line] = (lines ?? []) as [Facts?];
  if (reply.status >= 400) {
    const { requested: ofLine, onHand: there } = line ?? {};
    const facts = { requested: requested ?? ofLine, claimed, returnable, onHand: onHand ?? there };
    return refused(codeOf(body), withoutGaps(facts));
  }
  const isNew = reply.status === 201;
  if (call.ask === 'adjust') return { isNew, onHand };
  if (call.ask === 'receive') return { isNew, overReceived, onHand, outstanding };
  const part = { quantity: line?.quantity, batches: line?.batches };
  return call.ask === 'show shipment' ? { is: body.state, ...part } : { isNew, ...part };
}

function withoutGaps(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
