/**
 * One order of a pair as the contract describes it, as if there were one caller only. Whether its lines fit and are on hand
 * depends on other orders, so a refusal for want of stock is possible at any time; all else is decided here.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Model, Operation } from './linearizable.js';
import { askGoods, NO_GOODS, type GoodsOfOrder, type OrderState } from './order-goods.js';
import type { Wish } from './pairs.js';
import type { Answer } from './product-state.js';

export type OrderCall =
  | ({ readonly ask: 'put' } & Wish)
  | { readonly ask: 'confirm' }
  | { readonly ask: 'cancel' }
  | { readonly ask: 'show' }
  | GoodsOfOrder;

export type OrderOperation = Operation<OrderCall, Answer>;

/** What an answer shows of an order. */
export interface Shown {
  readonly state: string;
  readonly quantity: number;
  readonly shipped: number;
  readonly returned: number;
  readonly expiresAt: number | null;
}

/** Milliseconds by which the clock of the database may differ from that of this process. */
const TOLERANCE = 200;

export const orderModel: Model<OrderState, OrderOperation> = {
  initial: { is: 'unknown', quantity: 0, expiresAt: null, ...NO_GOODS },
  step(state, operation) {
    const { call, answer } = operation;
    if (isAboutGoods(call)) {
      const outcomes = askGoods(state, call);
      const fitting = outcomes.find((each) => answer === null || isDeepStrictEqual(each.answer, answer));
      return fitting?.state ?? null;
    }
    if (answer === null) return unanswered(state, call);
    if (isRefusal(answer)) return canRefuse(state, operation, answer.refused) ? state : null;
    if (call.ask === 'show') return shows(state, answer as Shown, operation) ? state : null;
    if (call.ask === 'cancel') return state.is === 'unknown' ? null : cancelled(state);
    if (forbids(state, call)) return null;
    const shown = answer as Shown & { readonly isNew?: boolean };
    if (call.ask === 'put' && shown.isNew !== (state.is === 'unknown')) return null;
    if (call.ask === 'confirm' && shown.quantity !== state.quantity) return null;
    if (shown.shipped !== state.shipped || shown.returned !== state.returned) return null;
    const { quantity, expiresAt } = shown;
    const after: OrderState = { ...state, is: 'standing', quantity, expiresAt };
    return isDeepStrictEqual(after, state) ? state : after;
  },
  isIdle: ({ call, answer }) =>
    call.ask === 'show' ||
    call.ask === 'shipment' ||
    isRefusal(answer) ||
    (isAboutGoods(call) && (answer as { isNew?: boolean } | null)?.isNew === false),
  keyOf: ({ documents, ...state }) => JSON.stringify([state, Object.entries(documents).sort()]),
};

const isAboutGoods = (call: OrderCall): call is GoodsOfOrder => 'id' in call;

/** What has left stays. */
function cancelled(state: OrderState): OrderState {
  if (state.is === 'cancelled') return state;
  return { ...state, is: 'cancelled', quantity: state.shipped, expiresAt: null };
}

const isRefusal = (answer: Answer | null): answer is { refused: string } =>
  typeof answer === 'object' && answer !== null && 'refused' in answer;

/** Why nobody can be answered that this was done; undefined if they can. */
function forbids(state: OrderState, call: Exclude<OrderCall, GoodsOfOrder>): string | undefined {
  if (call.ask === 'put') {
    if (state.is === 'cancelled' && !call.reopen) return 'order-cancelled';
    const isFirm = state.is === 'standing' && state.expiresAt === null;
    if (call.seconds !== null && (isFirm || state.shipped > 0)) return 'order-firm';
    return call.quantity < state.shipped ? 'already-shipped' : undefined;
  }
  if (state.is === 'unknown') return 'unknown-order';
  return state.is === 'cancelled' && call.ask === 'confirm' ? 'order-cancelled' : undefined;
}

function canRefuse(state: OrderState, { call, returnedAt }: OrderOperation, code: string): boolean {
  if (isAboutGoods(call)) return false;
  const reason = forbids(state, call);
  if (reason !== undefined || call.ask === 'cancel' || call.ask === 'show') return reason === code;
  if (call.ask === 'put') return code === 'out-of-stock' && call.quantity > state.shipped;
  const { expiresAt } = state;
  return (
    code === 'hold-expired' &&
    expiresAt !== null &&
    (expiresAt === 'some time' || expiresAt < returnedAt + TOLERANCE)
  );
}

/** It may have been done; if it may not, nothing has happened. */
function unanswered(state: OrderState, call: Exclude<OrderCall, GoodsOfOrder>): OrderState {
  if (forbids(state, call) !== undefined || call.ask === 'show') return state;
  if (call.ask === 'cancel') return cancelled(state);
  if (call.ask === 'confirm') return { ...state, expiresAt: null };
  const expiresAt = call.seconds === null ? null : 'some time';
  return { ...state, is: 'standing', quantity: call.quantity, expiresAt };
}

function shows(state: OrderState, shown: Shown, { invokedAt, returnedAt }: OrderOperation): boolean {
  const { expiresAt, quantity, shipped, returned } = shown;
  if (state.is === 'unknown') return false;
  if (quantity !== state.quantity || shipped !== state.shipped || returned !== state.returned) return false;
  if (state.is === 'cancelled') return shown.state === 'cancelled';
  if (state.expiresAt === null || expiresAt === null)
    return state.expiresAt === expiresAt && shown.state === stateOfFirm(state);
  if (state.expiresAt !== 'some time' && expiresAt !== state.expiresAt) return false;
  if (shown.state === 'held') return expiresAt > invokedAt - TOLERANCE;
  return shown.state === 'expired' && expiresAt < returnedAt + TOLERANCE;
}

function stateOfFirm({ quantity, shipped }: OrderState): string {
  if (shipped === 0) return 'allocated';
  return shipped === quantity ? 'shipped' : 'partly-shipped';
}
