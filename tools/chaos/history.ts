import { isAnswered, operation, refusalIn, type Facts } from './answers.js';
import type { BatchOperation } from './batch-model.js';
import type { Call } from './calls.js';
import type { Recorded } from './clients.js';
import { isAboutGoods } from './goods.js';
import { heardByPaper, heardByProduct, type Heard } from './paper-operations.js';
import { productOperations, skusOfCall } from './product-history.js';
import type { PairCall } from './pairs.js';
import { isAboutQueue } from './queues.js';
import type { LoggedEvent } from './log.js';
import type { ProductOperation } from './product-model.js';
import { DONE } from './product-state.js';

/** The histories of a schedule: one for each product and one for each batch, to be judged by themselves. */
export interface Histories {
  readonly products: ReadonlyMap<string, ProductOperation[]>;
  readonly batches: ReadonlyMap<string, BatchOperation[]>;
  /** What each product has heard of its batches: it is in its history, too. */
  readonly heard: ReadonlyMap<string, readonly Heard[]>;
  /** Calls that got an answer which the contract does not know. */
  readonly unpromised: readonly Recorded[];
}

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
  'put queued order': [200, 201, 409],
  'confirm queued order': [200, 404, 409],
  'cancel queued order': [204, 404],
  'show queued order': [200, 404],
  'show queue': [200, 404],
  'set policy': [200, 404],
  receive: [200, 201, 409, 422],
  adjust: [200, 201, 409, 422],
  ship: [200, 201, 404, 409],
  'cancel shipment': [204, 404, 409],
  'take back': [200, 201, 404, 409],
  'show shipment': [200, 404],
};

const isWrite = ({ ask }: Call) => !ask.startsWith('show');

const ABOUT_PAIRS: ReadonlySet<Call['ask']> = new Set<PairCall['ask']>([
  'put order',
  'confirm order',
  'cancel order',
  'show whole order',
  'show pair',
]);

export const isAboutPair = (call: Call): call is PairCall => ABOUT_PAIRS.has(call.ask);

/**
 * Takes the calls apart into what they mean for each product and each batch.
 * @param skus the products that are not ordered as pairs
 * @param end when the last of the events has had its effect; milliseconds of the monotonic clock
 */
export function historiesOf(
  calls: readonly Recorded[],
  events: readonly LoggedEvent[],
  skus: readonly string[],
  end: number,
): Histories {
  const products = new Map<string, ProductOperation[]>(skus.map((sku) => [sku, []]));
  const batches = new Map<string, BatchOperation[]>();
  const unpromised: Recorded[] = [];
  const addTo = (reference: string, operations: readonly BatchOperation[]) =>
    batches.set(reference, [...(batches.get(reference) ?? []), ...operations]);
  for (const recorded of calls) {
    const { call, reply } = recorded;
    if (reply && reply.status !== 503 && !PROMISED[call.ask].includes(reply.status)) {
      unpromised.push(recorded);
    } else if (!isAboutPair(call) && !isAboutQueue(call) && (isAnswered(recorded) || isWrite(call))) {
      for (const sku of skusOfCall(call)) products.get(sku)?.push(...productOperations(recorded, sku));
      if (!isAboutGoods(call) && 'reference' in call) addTo(call.reference, batchOperations(recorded));
    }
  }
  const heard = new Map<string, readonly Heard[]>();
  for (const [sku, history] of products) {
    const ofProduct = events.filter(({ key }) => key === sku);
    heard.set(sku, heardByProduct(ofProduct, calls, end));
    history.push(...heard.get(sku)!.map(({ operation }) => operation));
  }
  for (const [reference, operations] of heardByPaper(events, calls, end)) addTo(reference, operations);
  return { products, batches, heard, unpromised };
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
