import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { CreateWebhook } from '../../src/webhooks/commands/create-webhook.js';
import { ReplayEvents } from '../../src/webhooks/commands/replay-events.js';
import { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import { Outbox } from '../../src/webhooks/domain/outbox.js';
import { DeliveryQueue, type Run } from '../../src/webhooks/persistence/delivery-queue.js';
import { DeliveryResults } from '../../src/webhooks/persistence/delivery-results.js';
import { ChangeWebhook } from '../../src/webhooks/commands/change-webhook.js';
import { ContinueReplay } from '../../src/webhooks/commands/continue-replay.js';
import { DeleteWebhook } from '../../src/webhooks/commands/delete-webhook.js';
import { PruneDeliveries } from '../../src/webhooks/commands/prune-deliveries.js';
import { EndedDeliveries } from '../../src/webhooks/persistence/ended-deliveries.js';
import { QueueState } from '../../src/webhooks/persistence/queue-state.js';
import { ReplayJob } from '../../src/webhooks/reactions/replay-job.js';
import { Attempts } from '../../src/webhooks/sending/attempts.js';
import { DeliveryMetrics } from '../../src/webhooks/sending/delivery-metrics.js';
import { DeliverySender } from '../../src/webhooks/sending/delivery-sender.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { eventually } from '../../testing/eventually.js';
import type { Application } from '../support/application.js';
import { batchRegistered } from '../support/contract-events.js';
import { startFeature } from '../support/feature.js';
import { signal } from '../support/signal.js';
import { answers, Receiver } from '../support/webhook-receiver.js';
import { failureOf, LOCAL, sentOf } from './webhooks-world.js';

const LEASE_MS = 60_000;
const idle = new Map<string, number>();

let webhooks: Application;
let queue: DeliveryQueue;
let results: DeliveryResults;
let receivers: Receiver[];
let senders: DeliverySender[];
beforeEach(async () => {
  webhooks = await startFeature(WebhooksModule, LOCAL);
  queue = webhooks.get(DeliveryQueue);
  results = webhooks.get(DeliveryResults);
  // Each test says who sends, and when.
  await webhooks.get(DeliverySender).stop();
  receivers = [];
  senders = [];
});
afterEach(async () => {
  await Promise.all(senders.map((sender) => sender.stop()));
  await Promise.all(receivers.map((receiver) => receiver.stop()));
  await webhooks.close();
});

/** @returns its id */
async function webhookTo(url = 'http://127.0.0.1:9/'): Promise<string> {
  const wishes = { url, types: ['*'], skus: null, format: 'standard' as const };
  return (await webhooks.execute(new CreateWebhook(wishes))).id;
}

async function receiver(): Promise<Receiver> {
  const started = await Receiver.start();
  receivers.push(started);
  return started;
}

/** Sends like an instance of the service, with this many milliseconds before each further attempt. */
function sendWith(schedule: readonly number[]): void {
  const attempts = webhooks.get(Attempts);
  const metrics = webhooks.get(DeliveryMetrics);
  const unitOfWork = webhooks.get(UnitOfWork);
  const sender = new DeliverySender(queue, results, attempts, metrics, unitOfWork, schedule, 'server');
  senders.push(sender);
  sender.onApplicationBootstrap();
}

let batches = 0;
async function happen(...skus: string[]): Promise<void> {
  for (const sku of skus) await webhooks.hears(batchRegistered(`PO-${++batches}`, sku, 1));
  await webhooks.settled();
}

const places = (runs: readonly Run[]) =>
  runs.map(({ sku, events }) => `${sku} ${events.map(({ position }) => position).join(', ')}`).sort();

/** That of a SKU. */
const runOf = (runs: readonly Run[], wanted: string) => runs.find(({ sku }) => sku === wanted)!;

const states = (): Promise<{ sku: string; state: string }[]> =>
  webhooks.sql('select sku, state from webhooks.delivery order by endpoint_id, position');

const timePasses = () => webhooks.sql('update webhooks.queue set due_at = now()');

describe('The queue of a webhook', () => {
  it('hands out the oldest events of each SKU, and the next ones once these are delivered', async () => {
    await webhookTo();
    await happen('LAMP', 'LAMP', 'TABLE');
    const first = await queue.claim(8, idle, LEASE_MS);
    expect(places(first)).toEqual(['LAMP 1, 2', 'TABLE 3']);
    await happen('LAMP');
    expect(await queue.claim(8, idle, LEASE_MS)).toEqual([]);

    const lamp = runOf(first, 'LAMP');
    await results.delivered(lamp, sentOf(lamp));
    const [next] = await queue.claim(8, idle, LEASE_MS);
    expect(places([next!])).toEqual(['LAMP 4']);

    await results.delivered(next!, sentOf(next!));
    expect(await queue.claim(8, idle, LEASE_MS)).toEqual([]);
    expect(await webhooks.sql('select sku from webhooks.queue')).toEqual([{ sku: 'TABLE' }]);
    await happen('LAMP');
    expect(places(await queue.claim(8, idle, LEASE_MS))).toEqual(['LAMP 5']);
  });

  it('hands out twenty events of a SKU at most, and those again that were not sent', async () => {
    await webhookTo();
    await happen(...Array.from({ length: 23 }, () => 'LAMP'), 'LAMP-SHADE');
    const positions = async () =>
      runOf(await queue.claim(8, idle, LEASE_MS), 'LAMP').events.map(({ position }) => position);
    const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
    const runs = await queue.claim(8, idle, LEASE_MS);
    expect(places(runs)).toEqual([`LAMP ${upTo(1, 20).join(', ')}`, 'LAMP-SHADE 24']);

    await results.delivered(runOf(runs, 'LAMP'), sentOf(runOf(runs, 'LAMP'), 6));

    expect(await positions()).toEqual(upTo(7, 23));
  });

  it('holds back the SKU of an event that failed, and nothing else', async () => {
    await webhookTo();
    await happen('LAMP', 'LAMP', 'TABLE', 'LAMP');
    const first = await queue.claim(8, idle, LEASE_MS);
    const [lamp, table] = [runOf(first, 'LAMP'), runOf(first, 'TABLE')];
    await results.delayed(lamp, sentOf(lamp, 1), failureOf(lamp, 1), 5_000, 0);
    await results.delivered(table, sentOf(table));
    await happen('TABLE');
    const next = await queue.claim(8, idle, LEASE_MS);
    expect(places(next)).toEqual(['TABLE 5']);
    await results.delivered(next[0]!, sentOf(next[0]!));
    expect(await queue.claim(8, idle, LEASE_MS)).toEqual([]);
    expect(await states()).toMatchObject([
      { sku: 'LAMP', state: 'delivered' },
      { sku: 'LAMP', state: 'pending' },
      { sku: 'TABLE', state: 'delivered' },
      { sku: 'LAMP', state: 'pending' },
      { sku: 'TABLE', state: 'delivered' },
    ]);

    await timePasses();
    const [again] = await queue.claim(8, idle, LEASE_MS);
    expect(again).toMatchObject({ tries: 1, triedSince: lamp.claimedAt, events: lamp.events.slice(1) });
    await results.delayed(again!, [], failureOf(again!), 5_000, 0);
    await timePasses();
    expect(await queue.claim(8, idle, LEASE_MS)).toMatchObject([{ tries: 2, triedSince: lamp.claimedAt }]);
  });

  it('forgets no attempt of an event if the next ones are not sent', async () => {
    await webhookTo();
    await happen('LAMP');
    const [first] = await queue.claim(8, idle, LEASE_MS);
    await results.delayed(first!, [], failureOf(first!), 0, 0);
    const [second] = await queue.claim(8, idle, LEASE_MS);
    await results.delivered(second!, []);
    expect(await queue.claim(8, idle, LEASE_MS)).toMatchObject([{ tries: 1, triedSince: first!.claimedAt }]);
  });

  it('hands out what was sent and not noted again when the lease is over', async () => {
    await webhookTo();
    await happen('LAMP', 'LAMP');
    const [sent] = await queue.claim(8, idle, 0);
    // The process dies here.
    const [again] = await queue.claim(8, idle, LEASE_MS);
    expect(again).toMatchObject({ events: sent!.events, tries: 0 });
    expect(again!.claim).not.toBe(sent!.claim);
  });

  it('takes no failure from a sender that has lost its lease, but takes that it was delivered', async () => {
    await webhookTo();
    await happen('LAMP', 'LAMP');
    const [late] = await queue.claim(8, idle, 0);
    const [now] = await queue.claim(8, idle, LEASE_MS);
    await results.delayed(late!, [], failureOf(late!), 0, 0);
    expect(await queue.claim(8, idle, LEASE_MS)).toEqual([]);
    await results.delivered(late!, sentOf(late!, 1));
    expect(await states()).toMatchObject([{ state: 'delivered' }, { state: 'pending' }]);
    expect(await queue.claim(8, idle, LEASE_MS)).toEqual([]);
    await results.delayed(now!, [], failureOf(now!), 0, 0);
    expect(places(await queue.claim(8, idle, LEASE_MS))).toEqual(['LAMP 2']);
  });

  it('is not removed as empty while an event is added to it', async () => {
    const id = await webhookTo();
    await webhooks.sql(`insert into webhooks.queue (endpoint_id, sku) values ($1, 'LAMP')`, [id]);
    const sender = webhooks.get(DataSource).createQueryRunner();
    await sender.startTransaction();
    // A sender has found nothing in the queue, and an event comes before it has removed the queue.
    await sender.query('select from webhooks.queue for update');
    const happening = happen('LAMP');
    await eventually('the event waits for the sender, or is there', async () => {
      const [row] = await webhooks.sql<{ isWaiting: boolean }>(
        `select exists (select from pg_stat_activity
                         where datname = current_database() and wait_event_type = 'Lock' and query like '%webhooks.queue%')
                or exists (select from webhooks.delivery) as "isWaiting"`,
      );
      return row!.isWaiting;
    });
    await sender.query('delete from webhooks.queue');
    await sender.commitTransaction();
    await sender.release();
    await happening;

    expect(places(await queue.claim(8, idle, LEASE_MS))).toEqual(['LAMP 1']);
  });

  it('looks behind queues that have become empty at once', async () => {
    const id = await webhookTo();
    await webhooks.sql(
      `insert into webhooks.queue (endpoint_id, sku, due_at)
       select $1, 'EMPTY-' || n, now() - interval '1 hour' from generate_series(1, 50) as n`,
      [id],
    );
    await happen('LAMP');

    expect(places(await queue.claim(8, idle, LEASE_MS))).toEqual(['LAMP 1']);
    expect(await webhooks.sql('select sku from webhooks.queue')).toEqual([{ sku: 'LAMP' }]);
  });

  it('bounds what is sent to one webhook, whatever waits for it', async () => {
    const [busy, free] = [await webhookTo(), await webhookTo()];
    await happen('A', 'B', 'C', 'D');
    const claimed = await queue.claim(3, new Map([[busy, 2]]), LEASE_MS);
    const count = (id: string) => claimed.filter(({ endpointId }) => endpointId === id).length;
    expect([count(busy), count(free)]).toEqual([1, 3]);
    expect(
      await queue.claim(
        3,
        new Map([
          [busy, 3],
          [free, 5],
        ]),
        LEASE_MS,
      ),
    ).toEqual([]);
  });

  it('hands out nothing twice, and loses nothing, while events come and several instances send', async () => {
    const [first, second] = [await receiver(), await receiver()];
    const ids = [await webhookTo(first.url), await webhookTo(second.url)];
    sendWith([]);
    sendWith([]);
    sendWith([]);
    const skus = Array.from({ length: 120 }, (_, i) => `SKU-${i % 7}`);
    for (const sku of skus) await webhooks.hears(batchRegistered(`PO-${++batches}`, sku, 1));
    await webhooks.settled();
    await Promise.all([first.has(120), second.has(120)]);
    await eventually('everything noted', async () =>
      (await states()).every(({ state }) => state === 'delivered'),
    );
    await eventually(
      'no queue left',
      async () => (await webhooks.sql('select from webhooks.queue')).length === 0,
    );

    expect(ids).toHaveLength(2);
    for (const { received } of [first, second]) {
      expect(new Set(received.map(({ body }) => body.id)).size).toBe(120);
      expect(received).toHaveLength(120);
      for (let i = 0; i < 7; i++) {
        const positions = received
          .filter(({ body }) => body.key === `SKU-${i}`)
          .map(({ body }) => body.position);
        expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      }
    }
  });

  it('gets no position that a reader is about to pass over, since it was not there when that looked', async () => {
    const outbox = webhooks.get(Outbox);
    const look = outbox.wantedTypes.bind(outbox);
    const [hasLooked, mayGoOn] = [signal(), signal()];
    jest.spyOn(outbox, 'wantedTypes').mockImplementationOnce(async (tx) => {
      const types = await look(tx);
      hasLooked.give();
      await mayGoOn.given;
      return types;
    });
    await webhooks.hears(batchRegistered('PO-A', 'LAMP', 1));
    await hasLooked.given;
    const adding = webhookTo();
    await eventually('it waits for the reader, or is added', async () => {
      const [row] = await webhooks.sql<{ isOn: boolean }>(
        `select exists (select from pg_stat_activity where datname = current_database() and wait_event = 'advisory')
                or exists (select from webhooks.endpoint) as "isOn"`,
      );
      return row!.isOn;
    });
    await webhooks.hears(batchRegistered('PO-B', 'LAMP', 1));
    mayGoOn.give();
    await adding;
    await webhooks.hears(batchRegistered('PO-C', 'LAMP', 1));
    await webhooks.settled();

    const [row] = await webhooks.sql<{ after: number; positions: number[] }>(
      `select begins_after as after, array_agg(position::int order by position) as positions
         from webhooks.endpoint join webhooks.delivery on endpoint_id = id group by 1`,
    );
    const head = await webhooks.head();
    expect(row!.positions).toEqual(Array.from({ length: head - row!.after }, (_, i) => row!.after + 1 + i));
  });

  it('gets exactly the events after the position at which it began, while others happen', async () => {
    const ended = new AbortController();
    const happening = (async () => {
      while (!ended.signal.aborted) await webhooks.hears(batchRegistered(`PO-${++batches}`, 'LAMP', 1));
    })();
    const ids: string[] = [];
    for (let i = 0; i < 10; i++) ids.push(await webhookTo());
    await webhooks.hears(batchRegistered(`PO-${++batches}`, 'LAMP', 1));
    ended.abort();
    await happening;
    await webhooks.settled();
    const head = await webhooks.head();
    for (const id of ids) {
      const [row] = await webhooks.sql<{ after: number; first: number; last: number; count: number }>(
        `select begins_after as after, min(position) as first, max(position) as last, count(*) as count
           from webhooks.endpoint join webhooks.delivery on endpoint_id = id where id = $1 group by 1`,
        [id],
      );
      const { after, first, last, count } = row!;
      expect({ first, last, count }).toEqual({ first: after + 1, last: head, count: head - after });
    }
  });
});

describe('A replay', () => {
  it('holds back what happens later until everything before it is queued again', async () => {
    await webhooks.get(ReplayJob).stop();
    const id = await webhookTo();
    await happen('LAMP');
    const [before] = await queue.claim(8, idle, LEASE_MS);
    await results.delivered(before!, sentOf(before!));
    await webhooks.execute(new ReplayEvents(id, 1));
    await happen('LAMP');
    await timePasses();
    expect(await queue.claim(8, idle, LEASE_MS)).toEqual([]);

    while (await webhooks.execute(new ContinueReplay()));
    await timePasses();
    const [again] = await queue.claim(8, idle, LEASE_MS);
    expect(places([again!])).toEqual(['LAMP 1, 2']);
  });
});

describe('An event that has used up its attempts', () => {
  it('disables the webhook if nothing has succeeded since the first of them, and goes on once that is enabled', async () => {
    const dead = await receiver();
    dead.respond = answers(500);
    const id = await webhookTo(dead.url);
    await happen('LAMP', 'LAMP', 'TABLE');
    sendWith([0, 0]);
    const [row] = await eventually('disabled', async () => {
      const rows = await webhooks.sql<{ reason: string | null }>(
        'select disabled_reason as reason from webhooks.endpoint where disabled_at is not null',
      );
      return rows.length > 0 && rows;
    });
    expect(row).toEqual({ reason: 'exhausted' });
    expect((await states()).map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
    expect(await webhooks.get(QueueState).read()).toMatchObject({ disabled: 1, dueSeconds: 0 });

    dead.respond = answers(200);
    dead.received.length = 0;
    await happen('TABLE', 'LAMP');
    await webhooks.execute(new ChangeWebhook(id, { enabled: true }));
    await eventually('all sent', async () => {
      const all = await states();
      return all.length === 5 && all.every(({ state }) => state === 'delivered');
    });
    const positions = (sku: string) =>
      dead.received.filter(({ body }) => body.key === sku).map(({ body }) => body.position);
    expect([positions('LAMP'), positions('TABLE')]).toEqual([
      [1, 2, 5],
      [3, 4],
    ]);
    expect(await webhooks.get(QueueState).read()).toMatchObject({ disabled: 0 });
  });

  it('is passed over if others have succeeded since, and those of its SKU go on', async () => {
    await webhookTo();
    await happen('LAMP', 'LAMP', 'TABLE');
    const first = await queue.claim(8, idle, LEASE_MS);
    const [lamp, table] = [runOf(first, 'LAMP'), runOf(first, 'TABLE')];
    await results.delayed(lamp, [], failureOf(lamp), 0, 0);
    const [again] = await queue.claim(8, idle, LEASE_MS);
    await results.delivered({ ...table, isFailing: true }, sentOf(table));

    expect(await results.exhausted(again!, [], failureOf(again!))).toBe(false);

    expect(await states()).toEqual([
      { sku: 'LAMP', state: 'failed' },
      { sku: 'LAMP', state: 'pending' },
      { sku: 'TABLE', state: 'delivered' },
    ]);
    const next = await queue.claim(8, idle, LEASE_MS);
    expect(next).toMatchObject([{ sku: 'LAMP', events: [{ position: 2 }], tries: 0, triedSince: null }]);
  });
});

describe('Deliveries', () => {
  it('are kept for the longest time that can be set', async () => {
    expect(await webhooks.get(EndedDeliveries).prune(99_999)).toBe(0);
  });

  it('are deleted when they ended long ago, and at once if their webhook is deleted', async () => {
    const [kept, deleted] = [await webhookTo(), await webhookTo()];
    await happen('LAMP', 'LAMP', 'TABLE');
    for (const run of await queue.claim(8, idle, LEASE_MS)) await results.delivered(run, sentOf(run, 1));
    await webhooks.sql(
      `update webhooks.delivery set ended_at = ended_at - interval '31 days' where sku = 'LAMP' and state = 'delivered'`,
    );
    await webhooks.execute(new DeleteWebhook(deleted));
    await eventually('nothing to prune', async () => (await webhooks.execute(new PruneDeliveries())) === 0);

    expect(
      await webhooks.sql('select endpoint_id as id, sku, state from webhooks.delivery order by position'),
    ).toEqual([
      { id: kept, sku: 'LAMP', state: 'pending' },
      { id: kept, sku: 'TABLE', state: 'delivered' },
    ]);
    expect(await webhooks.sql('select from webhooks.deleted_endpoint')).toEqual([]);
    expect(await webhooks.sql('select from webhooks.queue where endpoint_id = $1', [deleted])).toEqual([]);
  });
});
