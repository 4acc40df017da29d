/**
 * One batch as `batches` keeps it, as if there were one caller only. Calls that share a transaction are all answered
 * with the batch as it stands at its end, so that what an answer shows is what its ETag names: a change is one
 * operation here, and what its answer shows another one that comes after it.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Model, Operation } from './linearizable.js';
import { DONE, refused, type Answer } from './product-state.js';

interface Terms {
  readonly quantity: number;
  readonly eta: string | null;
}

export type BatchCall =
  | ({ readonly ask: 'register' } & Terms)
  | { readonly ask: 'change'; readonly quantity?: number; readonly eta?: string | null }
  /** Goods have come: so many units more will have come in the end, or fewer. */
  | { readonly ask: 'follow'; readonly by: number; readonly isComplete: boolean }
  | { readonly ask: 'show' };

export type BatchOperation = Operation<BatchCall, Answer>;

type BatchState = 'unregistered' | (Terms & { readonly registered: Terms });

export const batchModel: Model<BatchState, BatchOperation> = {
  initial: 'unregistered',
  step(state, { call, answer }) {
    const outcome = ask(state, call);
    return answer !== null && !isDeepStrictEqual(outcome.answer, answer) ? null : outcome.state;
  },
  isIdle: ({ call, answer }) => call.ask === 'show' || (answer !== 'new' && answer !== DONE),
  keyOf: (state) => JSON.stringify(state),
};

function ask(state: BatchState, call: BatchCall): { state: BatchState; answer: Answer } {
  if (call.ask === 'register') {
    const { quantity, eta } = call;
    const registered = { quantity, eta };
    if (state === 'unregistered') return { state: { ...registered, registered }, answer: 'new' };
    const isSame = isDeepStrictEqual(state.registered, registered);
    return { state, answer: isSame ? 'known' : refused('batch-conflict') };
  }
  if (state === 'unregistered') return { state, answer: refused('unknown-batch') };
  if (call.ask === 'show') return { state, answer: { quantity: state.quantity, eta: state.eta } };
  const { quantity = state.quantity, eta = state.eta } = call.ask === 'follow' ? followed(state, call) : call;
  const isSame = quantity === state.quantity && eta === state.eta;
  return { state: isSame ? state : { ...state, quantity, eta }, answer: DONE };
}

function followed(
  { quantity, eta }: Terms,
  { by, isComplete }: { readonly by: number; readonly isComplete: boolean },
): Terms {
  // A change of the batch, which the receipt did not know of, may have left too few.
  return { quantity: Math.max(quantity + by, 0), eta: isComplete ? null : eta };
}
