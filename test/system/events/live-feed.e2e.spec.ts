import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { EventLog } from '../../../src/kernel/event-log/event-log.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { startService, type RunningService } from '../../support/service.js';
import { Listener } from '../../platform/events-api/live-feed-listener.js';

interface Page {
  readonly items: readonly { readonly position: number; readonly type: string }[];
  readonly next: number | null;
}

describe('The live feed of the events', () => {
  let database: TestDatabase;
  let instances: [RunningService, RunningService];
  let one: RunningService;
  let other: RunningService;

  beforeAll(async () => {
    database = await freshDatabase();
    instances = await Promise.all([startService(database.url), startService(database.url)]);
    [one, other] = instances;
  });

  afterAll(async () => {
    await Promise.all(instances.map((instance) => instance.close()));
    await database.drop();
  });

  let registered = 0;
  async function register(instance: RunningService): Promise<string> {
    const reference = `PO-${++registered}`;
    const { status } = await instance.request('POST', '/v1/batches', {
      reference,
      sku: `SKU-${registered % 5}`,
      quantity: 10,
    });
    expect(status).toBe(201);
    return reference;
  }

  const feedOf = ({ url }: RunningService, query = '') => `${url}/v1/events${query}`;

  /** The log by way of the list. */
  async function log(after = 0): Promise<Page['items']> {
    const { body } = await one.request<Page>('GET', `/v1/events?after=${after}&limit=500`);
    return body.next === null ? body.items : [...body.items, ...(await log(body.next))];
  }

  const head = async () => (await log()).at(-1)?.position ?? 0;

  it('has the events of all instances, as the list has them', async () => {
    await register(one);
    const listener = await Listener.open(feedOf(one));
    await register(one);
    await register(other);
    await listener.heard(() => listener.messages.length >= 2);

    const expected = (await log(Number(listener.ids[0]) - 1)).slice(0, 2);
    expect(listener.messages.slice(0, 2)).toEqual(
      expected.map((item) => ({ id: item.position, event: item.type, data: item })),
    );
    expect(listener.retry).toBe(1_000);
    expect(listener.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    await listener.cutOff();
  });

  it('resumes without gap or repetition on another instance, while both are writing', async () => {
    const start = await head();
    let isWriting = true;
    const writing = Promise.all(
      [one, other, one, other].map(async (instance) => {
        for (let n = 0; n < 30; n++) await register(instance);
      }),
    ).finally(() => (isWriting = false));

    const heard: unknown[] = [];
    let lastEventId = String(start);
    let connections = 0;
    async function listen(
      enough: (listener: Listener) => boolean,
      orUntil?: Promise<unknown>,
    ): Promise<void> {
      const url = feedOf(instances[connections++ % 2]!);
      const listener = await Listener.open(url, { 'last-event-id': lastEventId });
      await Promise.race([listener.heard(() => enough(listener)), ...(orUntil ? [orUntil] : [])]);
      await listener.cutOff();
      heard.push(...listener.messages.map(({ data }) => data));
      lastEventId = listener.lastEventId!;
    }
    while (isWriting) {
      const patience = Math.floor(Math.random() * 10);
      // The writing may end while the connection opens.
      await listen(({ messages }) => messages.length >= patience, writing);
    }
    const end = String(await head());
    await listen((listener) => listener.lastEventId === end);

    expect(heard).toEqual(await log(start));
    expect(heard.length).toBeGreaterThanOrEqual(120);
    expect(connections).toBeGreaterThan(5);
  });

  it('resumes for a client that was cut off before its first event', async () => {
    const listener = await Listener.open(feedOf(one));
    await listener.cutOff();
    expect(listener.messages).toEqual([]);
    const reference = await register(other);

    const again = await Listener.open(feedOf(other), { 'last-event-id': listener.lastEventId! });
    await again.heard(() => again.messages.length > 0);
    expect(again.messages[0]).toMatchObject({ data: { data: { batchReference: reference } } });
    await again.cutOff();
  });

  it('begins after `after`, unless Last-Event-ID is later', async () => {
    const [first, second, third] = await log();
    const begun = await Listener.open(feedOf(one, `?after=${first!.position}&limit=1`));
    const resumed = await Listener.open(feedOf(one, `?after=${first!.position}`), {
      'last-event-id': String(second!.position),
    });

    await begun.heard(() => begun.messages.length > 1);
    await resumed.heard(() => resumed.messages.length > 0);
    expect(begun.messages[0]?.data).toEqual(second);
    expect(resumed.messages[0]?.data).toEqual(third);
    await Promise.all([begun.cutOff(), resumed.cutOff()]);
  });

  it('rejects an invalid position, and names the parameter or header', async () => {
    const accept = { accept: 'text/event-stream' };
    const headers = { ...accept, 'last-event-id': 'yesterday' };
    expect(await one.request('GET', '/v1/events', undefined, headers)).toMatchObject({
      status: 400,
      body: { type: 'urn:earmark:problem:validation-failed', errors: [{ field: 'Last-Event-ID' }] },
    });
    expect(await one.request('GET', '/v1/events?after=-1', undefined, accept)).toMatchObject({
      status: 400,
      body: { type: 'urn:earmark:problem:validation-failed', errors: [{ field: 'after' }] },
    });
  });

  it.each([
    undefined,
    '*/*',
    'application/json',
    'text/html, */*;q=0.8',
    'application/json, text/event-stream',
  ])('answers with the list to others: %s', async (accept) => {
    const answer = await one.request<Page>('GET', '/v1/events?limit=2', undefined, {
      ...(accept !== undefined && { accept }),
      'last-event-id': 'of no matter here',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('vary')).toBe('accept');
    expect(answer.body).toEqual({ items: (await log()).slice(0, 2), next: expect.any(Number) });
  });

  it('answers HEAD as the list does, and at once', async () => {
    const answer = await fetch(feedOf(one), { method: 'HEAD', headers: { accept: 'text/event-stream' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('is in the API document beside the list', async () => {
    const { body } = await one.request<{
      paths: Record<string, { get: { parameters: { name: string }[]; responses: object } }>;
    }>('GET', '/openapi.json');
    const { parameters, responses } = body.paths['/v1/events']!.get;
    expect(parameters.map(({ name }) => name)).toEqual([
      'after',
      'types',
      'sku',
      'orderId',
      'limit',
      'Last-Event-ID',
    ]);
    expect(responses).toMatchObject({
      200: {
        content: {
          'application/json': { schema: { $ref: '#/components/schemas/EventPageBody' } },
          'text/event-stream': { schema: { type: 'string' } },
        },
      },
    });
  });

  it('ends when its instance is stopped, and continues at another', async () => {
    const stopping = await startService(database.url);
    const listener = await Listener.open(feedOf(stopping));
    await register(stopping);
    await listener.heard(() => listener.messages.length > 0);

    await stopping.close();
    expect(await listener.over).toBe('ended');
    const reference = await register(one);
    const again = await Listener.open(feedOf(other), { 'last-event-id': listener.lastEventId! });
    await again.heard(() => again.messages.length > 0);
    expect(again.messages[0]).toMatchObject({ data: { data: { batchReference: reference } } });
    await again.cutOff();
  });

  it('does not keep an instance from stopping, even with a client that does not read', async () => {
    // Forty megabytes: more than the operating system takes for a connection.
    await one.get(DataSource).query(
      `insert into event_log.event (id, type, version, key, correlation_id, data)
       select gen_random_uuid(), 'Happened', 1, 'SKU', 'test', jsonb_build_object('text', repeat('x', 4096))
         from generate_series(1, 10000)`,
    );
    const stopping = await startService(database.url);
    const deaf = connect(Number(new URL(stopping.url).port), '127.0.0.1');
    deaf.write('GET /v1/events?after=0 HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n');
    await once(deaf, 'readable');
    const read = jest.spyOn(stopping.get(EventLog), 'readWithSubjects');
    await eventually('nothing more is read for it', async () => {
      const reads = read.mock.calls.length;
      await eventually('the log was looked at again', () => read.mock.calls.length > reads + 2);
      const positions = read.mock.calls.slice(reads).map(([, after]) => after);
      return new Set(positions).size === 1;
    });

    const began = Date.now();
    await stopping.close();
    expect(Date.now() - began).toBeLessThan(5_000);
    deaf.destroy();
  });
});
