/**
 * One order as the contract describes it, as if there were one caller only. Whether its lines fit depends on other orders,
 * so a refusal for want of stock is possible at any time; all else is decided here.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Recorded } from './clients.js';
import { codeOf, isAnswered } from './history.js';
import type { Model, Operation } from './linearizable.js';
import type { PairCall, Wish } from './pairs.js';
import { DONE, refused, type Answer } from './product-model.js';

type OrderCall =
  | ({ readonly ask: 'put' } & Wish)
  | { readonly ask: 'confirm' }
  | { readonly ask: 'cancel' }
  | { readonly ask: 'show' };

export type OrderOperation = Operation<OrderCall, Answer>;

interface OrderState {
  readonly is: 'unknown' | 'standing' | 'cancelled';
  readonly quantity: number;
  /** Milliseconds of the monotonic clock; null: it is firm; 'some time': the call that made the hold was not answered. */
  readonly expiresAt: number | null | 'some time';
}

/** What an answer shows of an order. */
interface Shown {
  readonly state: string;
  readonly quantity: number;
  readonly expiresAt: number | null;
}

/** Milliseconds by which the clock of the database may differ from that of this process. */
const TOLERANCE = 200;

export const orderModel: Model<OrderState, OrderOperation> = {
  initial: { is: 'unknown', quantity: 0, expiresAt: null },
  step(state, operation) {
    const { call, answer } = operation;
    if (answer === null) return unanswered(state, call);
    if (isRefusal(answer)) return canRefuse(state, operation, answer.refused) ? state : null;
    if (call.ask === 'show') return shows(state, answer as Shown, operation) ? state : null;
    if (call.ask === 'cancel') return state.is === 'unknown' ? null : CANCELLED;
    if (forbids(state, call)) return null;
    const shown = answer as Shown & { readonly isNew?: boolean };
    if (call.ask === 'put' && shown.isNew !== (state.is === 'unknown')) return null;
    if (call.ask === 'confirm' && shown.quantity !== state.quantity) return null;
    const { quantity, expiresAt } = shown;
    const after: OrderState = { is: 'standing', quantity, expiresAt };
    return isDeepStrictEqual(after, state) ? state : after;
  },
  isIdle: ({ call, answer }) => call.ask === 'show' || isRefusal(answer),
  keyOf: (state) => JSON.stringify(state),
};

const CANCELLED: OrderState = { is: 'cancelled', quantity: 0, expiresAt: null };

const isRefusal = (answer: Answer | null): answer is { refused: string } =>
  typeof answer === 'object' && answer !== null && 'refused' in answer;

/** Why nobody can be answered that this was done; undefined if they can. */
function forbids(state: OrderState, call: OrderCall): string | undefined {
  if (call.ask === 'put') {
    if (state.is === 'cancelled' && !call.reopen) return 'order-cancelled';
    if (state.is === 'standing' && state.expiresAt === null && call.seconds !== null) return 'order-firm';
    return undefined;
  }
  if (state.is === 'unknown') return 'unknown-order';
  return state.is === 'cancelled' && call.ask === 'confirm' ? 'order-cancelled' : undefined;
}

function canRefuse(state: OrderState, { call, returnedAt }: OrderOperation, code: string): boolean {
  const reason = forbids(state, call);
  if (reason !== undefined || call.ask === 'cancel' || call.ask === 'show') return reason === code;
  if (call.ask === 'put') return code === 'out-of-stock';
  const { expiresAt } = state;
  return (
    code === 'hold-expired' &&
    expiresAt !== null &&
    (expiresAt === 'some time' || expiresAt < returnedAt + TOLERANCE)
  );
}

/** It may have been done; if it may not, nothing has happened. */
function unanswered(state: OrderState, call: OrderCall): OrderState {
  if (forbids(state, call) !== undefined || call.ask === 'show') return state;
  if (call.ask === 'cancel') return CANCELLED;
  if (call.ask === 'confirm') return { ...state, expiresAt: null };
  return { is: 'standing', quantity: call.quantity, expiresAt: call.seconds === null ? null : 'some time' };
}

function shows(state: OrderState, shown: Shown, { invokedAt, returnedAt }: OrderOperation): boolean {
  if (state.is !== 'standing') return state.is === shown.state;
  const { expiresAt } = shown;
  if (shown.quantity !== state.quantity) return false;
  if (state.expiresAt === null || expiresAt === null)
    return state.expiresAt === expiresAt && shown.state === 'allocated';
  if (state.expiresAt !== 'some time' && state.expiresAt !== expiresAt) return false;
  if (shown.state === 'held') return expiresAt > invokedAt - TOLERANCE;
  return shown.state === 'expired' && expiresAt < returnedAt + TOLERANCE;
}

/** The operations on each order. */
export function orderHistories(calls: readonly Recorded[]): Map<string, OrderOperation[]> {
  const orders = new Map<string, OrderOperation[]>();
  for (const recorded of calls) {
    const call = recorded.call as PairCall;
    const operation = orderOperation(recorded);
    if (!operation || !('orderId' in call)) continue;
    orders.set(call.orderId, [...(orders.get(call.orderId) ?? []), operation]);
  }
  return orders;
}

function orderOperation(recorded: Recorded): OrderOperation | undefined {
  const { invokedAt, reply } = recorded;
  const call = callOf(recorded.call as PairCall);
  if (!call || (call.ask === 'show' && !isAnswered(recorded))) return undefined;
  if (!isAnswered(recorded)) return { call, answer: null, invokedAt, returnedAt: Infinity };
  const { status, body } = reply!;
  const answer =
    status >= 400
      ? refused(codeOf(body))
      : status === 204
        ? DONE
        : { ...shownIn(body), ...(call.ask === 'put' && { isNew: status === 201 }) };
  return { call, answer, invokedAt, returnedAt: recorded.returnedAt };
}

function callOf(call: PairCall): OrderCall | undefined {
  switch (call.ask) {
    case 'put order': {
      const { quantity, split, seconds, reopen } = call;
      return { ask: 'put', quantity, split, seconds, reopen };
    }
    case 'confirm order':
      return { ask: 'confirm' };
    case 'cancel order':
      return { ask: 'cancel' };
    case 'show whole order':
      return { ask: 'show' };
    case 'show pair':
      return undefined;
  }
}

function shownIn(body: unknown): Shown {
  const { state, expiresAt, lines } = body as {
    state: string;
    expiresAt: string | null;
    lines: { quantity: number }[];
  };
  const at = expiresAt === null ? null : Date.parse(expiresAt) - performance.timeOrigin;
  return { state, quantity: lines[0]?.quantity ?? 0, expiresAt: at };
}
