import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { batchModel, type BatchOperation } from './batch-model.js';
import { OPENING_STOCK, SKUS, type Call } from './calls.js';
import { checkAnswers, checkMails, checkMessages, checkReads, checkTables, checkVersions } from './checks.js';
import { runClients, record, type Recorded } from './clients.js';
import { Cluster } from './cluster.js';
import { injectFaults } from './faults.js';
import { hintsFrom } from './hints.js';
import { historiesOf, isAnswered } from './history.js';
import { orderHistories, orderModel } from './order-model.js';
import { checkPairs, checkPairTables } from './pair-checks.js';
import { HOLD_SECONDS, PAIR_STOCK, PAIRS } from './pairs.js';
import { checkLinearizable, type Operation, type Verdict } from './linearizable.js';
import { readLog, type LoggedEvent } from './log.js';
import { eventuallySucceeds } from '../../testing/eventually.js';
import { productModel, type ProductOperation } from './product-model.js';
import { checkReplay } from './replay.js';
import { scheduleOf, type FaultKind } from './schedule.js';

/** Milliseconds. */
const MAIL_LIMIT = 10_000;
const HOLDS_LIMIT = 5_000;

/** What came of one schedule. */
export interface Trial {
  readonly faults: readonly FaultKind[];
  readonly calls: number;
  /** Of these, calls of which nobody knows what became of them. */
  readonly unanswered: number;
  /** Histories that were searched for an order, and the operations in them. */
  readonly histories: number;
  readonly operations: number;
  readonly events: number;
  /** In words; none where everything is as promised. */
  readonly wrong: readonly string[];
}

/** Plays the schedule of the seed on a fresh cluster, and checks all that was seen and all that is left. */
export async function runTrial(
  template: string,
  folder: string,
  { seed, seconds }: { readonly seed: number; readonly seconds: number },
): Promise<Trial> {
  const cluster = await Cluster.start(template, folder);
  try {
    const opening = await open(cluster);
    const end = new AbortController();
    const asking = runClients(seed, cluster.urls, end.signal);
    const [faults] = await Promise.all([
      injectFaults(cluster, scheduleOf(seed, seconds)),
      wait(seconds * 1_000),
    ]).finally(() => end.abort());
    const calls = [...opening, ...(await asking)];
    await cluster.heal();
    calls.push(...(await showOrders(cluster, calls)));
    await holdsHaveEnded(cluster);
    calls.push(...(await showOrders(cluster, calls)));
    const { evidence, ...judgement } = await judge(cluster, calls);
    if (judgement.wrong.length > 0) await writeFile(join(folder, 'evidence.json'), JSON.stringify(evidence));
    return { faults, ...judgement };
  } finally {
    await cluster.stop();
  }
}

async function open(cluster: Cluster): Promise<Recorded[]> {
  const agent = new Agent();
  const recorded: Recorded[] = [];
  for (const registration of [...OPENING_STOCK, ...PAIR_STOCK]) {
    const outcome = await record(agent, cluster.urls[0]!, { ask: 'register', ...registration });
    if (outcome?.reply?.status !== 201) throw new Error('The opening stock could not be registered.');
    recorded.push(outcome);
  }
  return recorded;
}

/** Every order and every pair, once nobody changes them any more. */
async function showOrders(cluster: Cluster, calls: readonly Recorded[]): Promise<Recorded[]> {
  const agent = new Agent();
  const orderIds = new Set(calls.flatMap(({ call }) => (call.ask === 'put order' ? call.orderId : [])));
  const asked: Call[] = [
    ...[...orderIds].map((orderId) => ({ ask: 'show whole order' as const, orderId })),
    ...PAIRS.map((pair) => ({ ask: 'show pair' as const, pair })),
  ];
  const recorded: Recorded[] = [];
  for (const call of asked) {
    const outcome = await record(agent, cluster.urls[0]!, call);
    if (outcome) recorded.push(outcome);
  }
  return recorded;
}

/** Rule 11: also the last hold, of whoever has gone, ends by the clock, and its event comes by itself. */
async function holdsHaveEnded(cluster: Cluster): Promise<void> {
  const database = await cluster.postgres.connect();
  try {
    await eventuallySucceeds(
      'no hold is left',
      async () => {
        const { rows } = await database.query<{ left: string }>(
          'select count(*) as left from allocation.line where expires_at is not null',
        );
        return Number(rows[0]!.left) === 0;
      },
      HOLD_SECONDS * 1_000 + HOLDS_LIMIT,
    );
  } finally {
    await database.end();
  }
}

async function judge(cluster: Cluster, calls: readonly Recorded[]) {
  const database = await cluster.postgres.connect();
  try {
    // One moment for all that is read, should a call that nobody waits for still be under way.
    await database.query('begin isolation level repeatable read');
    const events = await readLog(database);
    const { products, batches, unpromised } = historiesOf(calls, SKUS);
    const orders = orderHistories(calls);
    await addTheEnd(database, products, batches);
    const wrong = [
      ...cluster.instances.flatMap(({ collapses }) => collapses),
      ...unpromised.map(({ call, reply }) => `${JSON.stringify(call)} was answered ${JSON.stringify(reply)}`),
      ...checkReads(calls),
      ...checkPairs(calls),
      ...(await checkPairTables(database)),
      ...(await checkTables(database)),
      ...(await checkReplay(database, events)),
      ...(await checkVersions(database, events)),
      ...checkAnswers(calls, events),
      ...(cluster.nats ? checkMessages(await cluster.nats.messages(), events) : []),
      ...[...products].flatMap(([sku, history]) => checkProduct(sku, history, events)),
      ...[...batches].flatMap(([reference, history]) =>
        asWords(`batch ${reference}`, checkLinearizable(batchModel, history)),
      ),
      ...[...orders].flatMap(([orderId, history]) =>
        asWords(`order ${orderId}`, checkLinearizable(orderModel, history)),
      ),
    ];
    await database.query('commit');
    // What was refused late is told of when the quiet time is over: such a mail may have been written only just now.
    const mails = () => checkMails(database, cluster.mail.mails);
    wrong.push(
      ...(await eventuallySucceeds(
        'every mail is sent',
        async () => (await mails()).length === 0,
        MAIL_LIMIT,
      ).then(() => [], mails)),
    );
    const histories = [...products.values(), ...batches.values(), ...orders.values()];
    return {
      calls: calls.length,
      unanswered: calls.filter((recorded) => !isAnswered(recorded)).length,
      histories: histories.length,
      operations: histories.reduce((sum, { length }) => sum + length, 0),
      events: events.length,
      wrong,
      evidence: { calls, events, ends: [...products].map(([sku, history]) => [sku, history.at(-1)]) },
    };
  } finally {
    await database.end();
  }
}

function checkProduct(
  sku: string,
  history: readonly ProductOperation[],
  events: readonly LoggedEvent[],
): string[] {
  const hintOf = hintsFrom(
    events.filter(({ key }) => key === sku),
    history,
  );
  return asWords(`product ${sku}`, checkLinearizable(productModel, history, { hintOf }));
}

function asWords<S, C, A>(what: string, verdict: Verdict<S, Operation<C, A>>): string[] {
  const { isLinearizable, explored, furthest } = verdict;
  if (isLinearizable === true) return [];
  const say = ({ call, answer, invokedAt, returnedAt }: Operation<C, A>) =>
    `${JSON.stringify(call)} -> ${JSON.stringify(answer)} (${invokedAt.toFixed()} to ${returnedAt.toFixed()})`;
  return [
    [
      `${what} is ${isLinearizable === false ? 'not linearizable' : 'undecided'}, after ${explored} places. Furthest:`,
      ...furthest.order.slice(-12).map((operation) => `  ${say(operation)}`),
      `which leads to ${JSON.stringify(furthest.state)} and cannot go on with`,
      ...furthest.stuck.map((operation) => `  ${say(operation)}`),
    ].join('\n'),
  ];
}

/** What the database holds in the end is read once more, after everything else. */
async function addTheEnd(
  database: pg.Client,
  products: ReadonlyMap<string, ProductOperation[]>,
  batches: ReadonlyMap<string, BatchOperation[]>,
): Promise<void> {
  const invokedAt = performance.now();
  const times = { invokedAt, returnedAt: invokedAt };
  const stock = await database.query<{ sku: string; reference: string }>(
    `select sku, reference, eta::text, quantity, allocated, quantity - allocated as available
       from allocation.batch order by eta nulls first, reference`,
  );
  const lines = await database.query<{ sku: string }>(
    `select sku, order_id as "orderId", quantity, batch_reference as "batchReference"
       from allocation.line order by sequence`,
  );
  const ofSku = <T extends { sku: string }>(rows: readonly T[], sku: string) =>
    rows.filter((row) => row.sku === sku).map(({ sku: _, ...row }) => row);
  for (const [sku, history] of products) {
    const answer = { batches: ofSku(stock.rows, sku), lines: ofSku(lines.rows, sku) };
    history.push({ call: { ask: 'everything' }, answer, ...times });
  }
  const bought = await database.query<{ reference: string; quantity: number; eta: string | null }>(
    'select reference, quantity, eta::text from batches.batch',
  );
  const byReference = new Map(bought.rows.map(({ reference, ...batch }) => [reference, batch]));
  for (const [reference, history] of batches) {
    const answer = byReference.get(reference) ?? { refused: 'unknown-batch' };
    history.push({ call: { ask: 'show' }, answer, ...times });
  }
}
