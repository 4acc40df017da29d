import type pg from 'pg';
import { eventuallySucceeds } from '../../testing/eventually.js';
import { isAnswered } from './answers.js';
import { batchModel, type BatchOperation } from './batch-model.js';
import { SKUS } from './calls.js';
import { checkAnswers, checkMails, checkMessages, checkReads, checkVersions } from './checks.js';
import type { Recorded } from './clients.js';
import type { Cluster, Database } from './cluster.js';
import { checkDocuments, readDocuments } from './document-checks.js';
import { hintsFrom } from './hints.js';
import { readMessages } from './external-servers.js';
import { historiesOf, type Histories } from './history.js';
import { checkLinearizable, type Operation, type Verdict } from './linearizable.js';
import { readLog, type LoggedEvent } from './log.js';
import { orderHistories } from './order-history.js';
import { orderModel } from './order-model.js';
import { checkPairs, checkPairTables } from './pair-checks.js';
import { checkCauses } from './paper-operations.js';
import { productModel, type ProductOperation } from './product-model.js';
import { checkOvertaking, checkQueueTables, checkShownQueues } from './queue-checks.js';
import { checkReplay } from './replay.js';
import { checkTables } from './table-checks.js';

/** Milliseconds. */
const MAIL_LIMIT = 10_000;

/** What was found of all that was seen and all that is left. */
export interface Judgement {
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

/** @returns also all that was found on, to be kept if something is wrong */
export async function judge(
  cluster: Cluster<Database>,
  calls: readonly Recorded[],
): Promise<Judgement & { readonly evidence: object }> {
  const database = await cluster.postgres.connect();
  try {
    // One moment for all that is read, should a call that nobody waits for still be under way.
    await database.query('begin isolation level repeatable read');
    const events = await readLog(database);
    const documents = await readDocuments(database);
    const histories = historiesOf(calls, events, SKUS, performance.now());
    const { products, batches, unpromised } = histories;
    const shipments = documents.filter(({ kind }) => kind === 'shipment');
    const orders = orderHistories(calls, new Map(shipments.map(({ id, result }) => [id, leftIn(result)])));
    await addTheEnd(database, products, batches);
    const wrong = [
      ...cluster.instances.flatMap(({ collapses }) => collapses),
      ...unpromised.map(({ call, reply }) => `${JSON.stringify(call)} was answered ${JSON.stringify(reply)}`),
      ...checkReads(calls),
      ...checkPairs(calls),
      ...(await checkPairTables(database)),
      ...(await checkTables(database)),
      ...(await checkQueueTables(database)),
      ...checkShownQueues(calls),
      ...checkOvertaking(events),
      ...(await checkReplay(database, events)),
      ...(await checkVersions(database, calls, events)),
      ...checkAnswers(calls, events),
      ...checkCauses(events, calls),
      ...checkDocuments(calls, events, documents),
      ...(cluster.nats ? checkMessages(await readMessages(cluster.nats), events) : []),
      ...[...products.keys()].flatMap((sku) => checkProduct(sku, histories, events)),
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
    const all = [...products.values(), ...batches.values(), ...orders.values()];
    return {
      calls: calls.length,
      unanswered: calls.filter((recorded) => !isAnswered(recorded)).length,
      histories: all.length,
      operations: all.reduce((sum, { length }) => sum + length, 0),
      events: events.length,
      wrong,
      evidence: { calls, events, ends: [...products].map(([sku, history]) => [sku, history.at(-1)]) },
    };
  } finally {
    await database.end();
  }
}

/** What a shipment of a pair says; both products are alike. */
function leftIn(result: object) {
  const [{ quantity, claims }] = (result as { lines: [{ quantity: number; claims: Claims }] }).lines;
  return { quantity, batches: claims };
}

type Claims = readonly { readonly batchReference: string; readonly quantity: number }[];

function checkProduct(sku: string, { products, heard }: Histories, events: readonly LoggedEvent[]): string[] {
  const ofProduct = events.filter(({ key }) => key === sku);
  const hintOf = hintsFrom(ofProduct, heard.get(sku)!);
  return asWords(`product ${sku}`, checkLinearizable(productModel, products.get(sku)!, { hintOf }));
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
  const stock = await database.query<{ sku: string }>(
    `select sku, reference, eta::text, received, shipped::int, returned::int, written_off::int as "writtenOff",
            quantity, allocated, quantity - allocated as available
       from allocation.batch order by eta nulls first, reference`,
  );
  const lines = await database.query<{ sku: string }>(
    `select sku, order_id as "orderId", (
            select json_agg(json_build_object('batchReference', reference, 'quantity', units) order by reference)
              from (select line.batch_reference as reference, line.quantity as units union all
                    select batch_reference, quantity from allocation.split_claim as claim
                     where claim.order_id = line.order_id and claim.sku = line.sku) as its) as claims
       from allocation.line order by sequence`,
  );
  const orders = await database.query<{ sku: string }>(
    `select sku, order_id as "orderId", quantity, shipped, returned
       from allocation.customer_order
      cross join jsonb_to_recordset(lines) as line (sku text, quantity integer, shipped integer, returned integer)
      order by order_id`,
  );
  const ofSku = <T extends { sku: string }>(rows: readonly T[], sku: string) =>
    rows.filter((row) => row.sku === sku).map(({ sku: _, ...row }) => row);
  for (const [sku, history] of products) {
    const answer = {
      batches: ofSku(stock.rows, sku),
      lines: ofSku(lines.rows, sku),
      orders: ofSku(orders.rows, sku),
    };
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
