import { codeOf, isAnswered } from './answers.js';
import type { Recorded } from './clients.js';
import { isAboutGoods, subjectOf, type GoodsCall } from './goods.js';
import type { Call } from './calls.js';
import type { Left } from './order-goods.js';
import type { OrderCall, OrderOperation, Shown } from './order-model.js';
import { DONE, refused, type Answer } from './product-state.js';

/**
 * The operations on each order of a pair.
 * @param left what the shipments say that were written, by id
 */
export function orderHistories(
  calls: readonly Recorded[],
  left: ReadonlyMap<string, Left>,
): Map<string, OrderOperation[]> {
  const orders = new Map<string, OrderOperation[]>();
  for (const recorded of calls) {
    const orderId = orderOf(recorded.call);
    const operation = orderId?.startsWith('pair-') === true && orderOperation(recorded, left);
    if (!operation) continue;
    orders.set(orderId, [...(orders.get(orderId) ?? []), operation]);
  }
  return orders;
}

function orderOf(call: Call): string | undefined {
  if (isAboutGoods(call)) return subjectOf(call.id);
  return 'orderId' in call ? call.orderId : undefined;
}

function orderOperation(recorded: Recorded, left: ReadonlyMap<string, Left>): OrderOperation | undefined {
  const { invokedAt, returnedAt, reply } = recorded;
  const call = callOf(recorded.call, left);
  if (!call || (isRead(call) && !isAnswered(recorded))) return undefined;
  if (!isAnswered(recorded)) return { call, answer: null, invokedAt, returnedAt: Infinity };
  return { call, answer: answerTo(call, reply!), invokedAt, returnedAt };
}

const isRead = ({ ask }: OrderCall) => ask === 'show' || ask === 'shipment';

function answerTo(call: OrderCall, { status, body }: NonNullable<Recorded['reply']>): Answer {
  if (status >= 400) return refused(codeOf(body));
  if (status === 204) return DONE;
  const isNew = status === 201;
  if (!('id' in call)) return { ...shownIn(body), ...(call.ask === 'put' && { isNew }) };
  const { state, lines } = body as { state?: string; lines: Left[] };
  const { quantity, batches } = lines[0]!;
  return call.ask === 'shipment' ? { is: state!, quantity, batches } : { isNew, quantity, batches };
}

/** undefined: it is not about an order. */
function callOf(call: Call, left: ReadonlyMap<string, Left>): OrderCall | undefined {
  if (isAboutGoods(call)) return goodsOf(call, left);
  if (call.ask === 'put order') {
    const { quantity, split, seconds, reopen } = call;
    return { ask: 'put', quantity, split, seconds, reopen };
  }
  if (call.ask === 'confirm order') return { ask: 'confirm' };
  if (call.ask === 'cancel order') return { ask: 'cancel' };
  return call.ask === 'show whole order' ? { ask: 'show' } : undefined;
}

function goodsOf(call: GoodsCall, left: ReadonlyMap<string, Left>): OrderCall | undefined {
  const { id } = call;
  if (call.ask === 'ship') return { ask: 'ship', id, quantity: call.quantity, left: left.get(id) ?? null };
  if (call.ask === 'take back')
    return { ask: 'take back', id, quantity: call.quantity, disposition: call.disposition };
  if (call.ask === 'cancel shipment') return { ask: 'cancel shipment', id };
  return call.ask === 'show shipment' ? { ask: 'shipment', id } : undefined;
}

function shownIn(body: unknown): Shown {
  const { state, expiresAt, lines } = body as {
    state: string;
    expiresAt: string | null;
    lines: { quantity: number; shipped: number; returned: number }[];
  };
  const at = expiresAt === null ? null : Date.parse(expiresAt) - performance.timeOrigin;
  const { quantity, shipped, returned } = lines[0] ?? { quantity: 0, shipped: 0, returned: 0 };
  return { state, quantity, shipped, returned, expiresAt: at };
}
