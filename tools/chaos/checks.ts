import type pg from 'pg';
import type { StreamMessage } from '../../testing/read-stream.js';
import { codeOf, isAnswered } from './answers.js';
import type { Recorded } from './clients.js';
import { groupBy, isOnPaper, type LoggedEvent } from './log.js';
import type { Mail } from './external-servers.js';
import { PAIR_SKUS } from './pairs.js';
import { QUEUE_SKUS, skuOf } from './queues.js';

/** Products of which orders are put as a whole. */
const OF_ORDERS: ReadonlySet<string> = new Set([...PAIR_SKUS, ...QUEUE_SKUS]);

/** A batch that was over-allocated in what anybody was told, at any moment. */
export function checkReads(calls: readonly Recorded[]): string[] {
  return calls.flatMap(({ call, reply }) => {
    if (call.ask !== 'show product' || reply?.status !== 200) return [];
    const { batches } = reply.body as {
      batches: { quantity: number; allocated: number; available: number }[];
    };
    return batches
      .filter(
        ({ quantity, allocated, available }) => allocated > quantity || available !== quantity - allocated,
      )
      .map((batch) => `${call.sku} was seen over-allocated: ${JSON.stringify(batch)}`);
  });
}

const CHANGES = [
  'LineAllocated',
  'LineDeallocated',
  'LineReallocated',
  'LineHeld',
  'LineReleased',
  'LineAmended',
  'LineBackordered',
  'BackorderEnded',
  'PolicyChanged',
  'LineShipped',
  'ShipmentCancelled',
  'LineReturned',
  'BatchReceived',
  'StockAdjusted',
  'PromisesChanged',
  'BatchOverdue',
];

/**
 * Rule 8: one version for each transaction that changed the product, and the events of that transaction bear it. A
 * version that no event bears is that of a change of a batch, of which there are no more than batches tells, or of the terms of a
 * line, which change with nothing else only if its order is put again.
 */
export async function checkVersions(
  database: pg.Client,
  calls: readonly Recorded[],
  events: readonly LoggedEvent[],
): Promise<string[]> {
  const { rows } = await database.query<{ sku: string; version: string }>(
    'select sku, version from allocation.product',
  );
  return rows.flatMap(({ sku, version }) => {
    const ofProduct = events.filter(({ key }) => key === sku);
    const told = ofProduct.filter(({ type }) => CHANGES.includes(type) || type === 'OutOfStock');
    const wrong: string[] = [];
    const versions = new Set<number>();
    let seen = 0;
    let change = { version: 0, transaction: '' };
    for (const { position, type, transaction, data } of told) {
      const { productVersion: its } = data;
      const isChange = CHANGES.includes(type);
      const isSame = transaction === change.transaction;
      if (its < seen || (isChange && (isSame ? its !== change.version : its <= change.version)))
        wrong.push(`${sku}: event ${position} bears version ${its} after ${seen}`);
      seen = Math.max(seen, its);
      if (!isChange) continue;
      change = { version: its, transaction };
      versions.add(its);
    }
    const silent = Number(version) - versions.size;
    const changesOfBatches = ofProduct.filter(isOnPaper).length;
    const putAgain = calls.filter((recorded) => mayHaveChangedTerms(recorded, sku)).length;
    if (Number(version) < seen || silent < 0 || silent > changesOfBatches + putAgain)
      wrong.push(
        `${sku} is at ${version}: ${versions.size} versions told, ${changesOfBatches} changes of batches, ${putAgain} orders put again`,
      );
    return wrong;
  });
}

/** Whether the call may have changed nothing of an order but what no event tells: its channel, and whether it may wait. */
function mayHaveChangedTerms(recorded: Recorded, sku: string): boolean {
  const { call, reply } = recorded;
  if (call.ask !== 'put queued order' || skuOf(call.orderId) !== sku) return false;
  return !isAnswered(recorded) || reply?.status === 200;
}

/**
 * Every write that was answered is in the log once, what was refused is not, and what was not answered is there once
 * or not at all.
 */
export function checkAnswers(calls: readonly Recorded[], events: readonly LoggedEvent[]): string[] {
  const counts = new Map<string, { done: number; open: number; logged: number }>();
  const count = (words: string, what: 'done' | 'open' | 'logged', by = 1) => {
    const counted = counts.get(words) ?? { done: 0, open: 0, logged: 0 };
    counted[what] += by;
    counts.set(words, counted);
  };
  for (const recorded of calls) {
    const { call, reply } = recorded;
    const outcome = isAnswered(recorded) ? 'done' : 'open';
    // A status that says it was done, or none that tells.
    const may = (status: number) => outcome === 'open' || reply?.status === status;
    const isRefused = outcome === 'open' || codeOf(reply?.body ?? {}) === 'out-of-stock';
    if (call.ask === 'allocate') {
      if (may(201)) count(`LineAllocated ${call.sku} ${call.orderId} ${call.quantity}`, outcome);
      if (may(409) && isRefused) count(`OutOfStock ${call.sku}`, outcome);
    } else if (call.ask === 'deallocate' && may(204)) {
      count(`LineDeallocated ${call.sku} ${call.orderId}`, outcome);
    } else if (call.ask === 'register' && may(201)) {
      count(`BatchRegistered ${call.reference}`, outcome);
    }
  }
  for (const { type, data } of events) {
    const { sku, orderId, quantity, batchReference, reason } = data;
    // Of them, the models and checks of orders say what must have happened.
    if (OF_ORDERS.has(sku) && type !== 'BatchRegistered') continue;
    if (type === 'LineAllocated') count(`${type} ${sku} ${orderId} ${quantity}`, 'logged');
    else if (type === 'BatchRegistered') count(`${type} ${batchReference}`, 'logged');
    else if (type === 'OutOfStock') count(`${type} ${sku}`, 'logged', data.refusals);
    else if (type === 'LineDeallocated' && reason === 'cancelled')
      count(`${type} ${sku} ${orderId}`, 'logged');
    // Rule 6: a line that fits nowhere any more is told of as a refused one is.
    else if (type === 'LineDeallocated') count(`OutOfStock ${sku}`, 'done');
  }
  // To give an order back is answered as a whole: any line of it may have gone so.
  for (const { call, reply } of calls)
    if (call.ask === 'give back' && reply?.status !== 404)
      for (const words of counts.keys())
        if (words.startsWith('LineDeallocated') && words.endsWith(` ${call.orderId}`)) count(words, 'open');
  return [...counts]
    .filter(([, { done, open, logged }]) => logged < done || logged > done + open)
    .map(
      ([words, { done, open, logged }]) =>
        `${words}: answered ${done}, unanswered ${open}, in the log ${logged}`,
    );
}

/** At least once, under the id of its event, saying what it says, and in the order of the log for each SKU. */
export function checkMessages(messages: readonly StreamMessage[], events: readonly LoggedEvent[]): string[] {
  // A hold that moves is not told of: its line is once it is confirmed.
  const told = events.filter(
    ({ type, data }) => type === 'LineAllocated' || (type === 'LineReallocated' && data.from !== 'hold'),
  );
  const bodies = new Map<string, string>();
  const wrong: string[] = [];
  for (const { id, body } of messages) {
    if (bodies.has(id) && bodies.get(id) !== body) wrong.push(`message ${id} says two things`);
    bodies.set(id, body);
  }
  for (const { id, data } of told) {
    const { orderId: orderid, sku, quantity: qty, batchReference: batchref } = data;
    const body = JSON.stringify({ orderid, sku, qty, batchref });
    if (bodies.get(id) !== body) wrong.push(`event ${id} was told of as ${bodies.get(id) ?? 'nothing'}`);
  }
  if (bodies.size > told.length) wrong.push(`${bodies.size - told.length} messages tell of no event`);
  const places = new Map(told.map(({ id }, place) => [id, place]));
  for (const [sku, ofSku] of groupBy(messages, ({ key }) => key)) {
    const order = [...new Set(ofSku.map(({ id }) => places.get(id) ?? -1))];
    if (order.some((place, i) => i > 0 && place < order[i - 1]!))
      wrong.push(`the messages of ${sku} came in another order than things happened`);
  }
  return wrong;
}

/** Every alert went out at least once, in a mail under an id that stays, and no lost promise went unreported. */
export async function checkMails(database: pg.Client, mails: readonly Mail[]): Promise<string[]> {
  const { rows } = await database.query<{ id: string; state: string; mail: string | null }>(
    'select id, state, mail_id as mail from notifications.notification',
  );
  const { rows: silent } = await database.query<{ order: string }>(
    `select order_id as order from notifications.lost_promise
      where reported_at is null
      union all
     select data->>'orderId' from event_log.event
      where type = 'LineDeallocated' and data->>'reason' = 'batch-shrunk'
        and position not in (select position from notifications.lost_promise)`,
  );
  const arrived = new Set(mails.map(({ id }) => id));
  const lost = rows.filter(({ mail, state }) => state !== 'sent' || mail === null || !arrived.has(mail));
  const ids = new Set(rows.map(({ mail }) => mail));
  const unknown = [...arrived].filter((id) => !ids.has(id));
  return [
    ...lost.map(
      ({ id, state, mail }) =>
        `alert ${id} is ${state}, and its mail ${mail !== null && arrived.has(mail) ? 'arrived' : 'did not arrive'}`,
    ),
    ...silent.map(({ order }) => `the promise that ${order} lost was not reported`),
    ...unknown.map((id) => `mail ${id} was never written`),
  ];
}
