import type { BatchOperation } from './batch-model.js';
import type { Call } from './calls.js';
import type { Recorded, Reply } from './clients.js';
import type { Operation } from './linearizable.js';
import type { PairCall } from './pairs.js';
import { DONE, refused, type Answer, type ProductCall, type ProductOperation } from './product-model.js';

/** The histories of a schedule: one for each product and one for each batch, to be judged by themselves. */
export interface Histories {
  readonly products: ReadonlyMap<string, ProductOperation[]>;
  readonly batches: ReadonlyMap<string, BatchOperation[]>;
  /** Calls that got an answer which the contract does not know. */
  readonly unpromised: readonly Recorded[];
}

type Facts = Readonly<Record<string, unknown>>;

/** Statuses by call; 503 may be said of each. */
const PROMISED: Record<Call['ask'], readonly number[]> = {
  allocate: [200, 201, 409, 422],
  deallocate: [204, 404],
  'give back': [204, 404],
  register: [200, 201, 409],
  change: [200, 404],
  'show product': [200, 404],
  'show availability': [200, 404],
  'show order': [200, 404],
  'show batch': [200, 404],
  'put order': [200, 201, 409],
  'confirm order': [200, 404, 409],
  'cancel order': [204, 404],
  'show whole order': [200, 404],
  'show pair': [200],
};

const isWrite = ({ ask }: Call) => !ask.startsWith('show');

/**
 * Whether it is known what became of the call. 503 leaves it open, too: a change of a batch may be stored already, and
 * the database may have gone away in the middle of a commit and not come back in time to tell.
 */
export const isAnswered = ({ reply }: Recorded) => reply !== null && reply.status !== 503;

const ABOUT_PAIRS: ReadonlySet<Call['ask']> = new Set<PairCall['ask']>([
  'put order',
  'confirm order',
  'cancel order',
  'show whole order',
  'show pair',
]);

export const isAboutPair = (call: Call): call is PairCall => ABOUT_PAIRS.has(call.ask);

/** Takes the calls apart into what they mean for each product and each batch. */
export function historiesOf(calls: readonly Recorded[], skus: readonly string[]): Histories {
  const products = new Map<string, ProductOperation[]>(skus.map((sku) => [sku, []]));
  const batches = new Map<string, BatchOperation[]>();
  const unpromised: Recorded[] = [];
  for (const recorded of calls) {
    const { call, reply } = recorded;
    if (reply && reply.status !== 503 && !PROMISED[call.ask].includes(reply.status)) {
      unpromised.push(recorded);
    } else if (!isAboutPair(call) && (isAnswered(recorded) || isWrite(call))) {
      for (const sku of 'sku' in call ? [call.sku] : 'orderId' in call ? skus : [])
        products.get(sku)?.push(...productOperations(recorded, sku));
      if ('reference' in call) {
        const operations = batches.get(call.reference) ?? [];
        batches.set(call.reference, operations);
        operations.push(...batchOperations(recorded));
      }
    }
  }
  return { products, batches, unpromised };
}

/** An operation of that call, answered where the call was. */
function operation<C>(recorded: Recorded, call: C, answer: Answer): Operation<C, Answer> {
  const { invokedAt, returnedAt } = recorded;
  if (!isAnswered(recorded)) return { call, answer: null, invokedAt, returnedAt: Infinity };
  return { call, answer, invokedAt, returnedAt };
}

function productOperations(recorded: Recorded, sku: string): ProductOperation[] {
  const { reply } = recorded;
  const call = recorded.call as Exclude<Call, PairCall>;
  const body = (reply?.body ?? {}) as Facts;
  const one = (its: ProductCall, answer: Answer) => [operation(recorded, its, answer)];
  switch (call.ask) {
    case 'allocate': {
      const { orderId, quantity } = call;
      return one({ ask: 'allocate', orderId, quantity }, allocationAnswer(reply));
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
    case 'register': {
      const { reference, quantity, eta } = call;
      return reply?.status === 409 ? [] : one({ ask: 'add', reference, quantity, eta }, DONE);
    }
    case 'change': {
      if (reply?.status === 404) return [];
      const { reference, to } = call;
      const { quantity, eta } = to;
      const rescheduled = eta === undefined ? [] : one({ ask: 'reschedule', reference, eta }, DONE);
      if (quantity === undefined) return rescheduled;
      const [resized] = one({ ask: 'resize', reference, quantity }, DONE);
      const [after] = rescheduled;
      // What was not answered may have happened in part: the date, and not the quantity yet.
      if (after === undefined || after.answer === null) return [...rescheduled, resized!];
      return [after, { ...resized!, after }];
    }
    case 'show product': {
      const { quantity, allocated, available, batches } = body;
      const picture = { quantity, allocated, available, batches: withoutToday(batches) };
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
    case 'show batch':
      return [];
  }
}

/** What an answer says whatever day it is: all dates are far off, so that nothing becomes overdue. */
function withoutToday(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(withoutToday);
  if (typeof answer !== 'object' || answer === null) return answer;
  const { overdue: _, expectedDate: __, ...rest } = answer as Facts;
  return rest;
}

function allocationAnswer(reply: Reply | null): Answer {
  if (!reply) return '';
  const body = reply.body as Facts;
  const { quantity, batchReference, eta, allocated, available } = body;
  if (reply.status < 300) return { isNew: reply.status === 201, quantity, batchReference, eta };
  const facts = {
    ...(allocated !== undefined && { allocated }),
    ...(available !== undefined && { available }),
  };
  return refused(codeOf(body), facts);
}

function batchOperations(recorded: Recorded): BatchOperation[] {
  const { call, reply } = recorded;
  const { quantity, eta, ...problem } = (reply?.body ?? {}) as Facts;
  const shown = { quantity, eta };
  const isDone = (reply?.status ?? 503) < 300;
  if (call.ask === 'show batch')
    return [operation(recorded, { ask: 'show' }, isDone ? shown : refusalIn(problem))];
  if (call.ask !== 'register' && call.ask !== 'change') return [];
  const its =
    call.ask === 'change'
      ? ({ ask: 'change', ...call.to } as const)
      : ({ ask: 'register', quantity: call.quantity, eta: call.eta } as const);
  const done = call.ask === 'change' ? DONE : reply?.status === 201 ? 'new' : 'known';
  const change: BatchOperation = operation(recorded, its, isDone ? done : refusalIn(problem));
  if (!isDone) return [change];
  return [change, { ...operation(recorded, { ask: 'show' } as const, shown), after: change }];
}

/** The name of a problem. */
export const codeOf = (problem: unknown) =>
  (problem as { type?: string }).type?.replace('urn:earmark:problem:', '') ?? '';

const refusalIn = (problem: Facts): Answer => refused(codeOf(problem));
