import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../testing/eventually.js';
import { PrometheusText } from '../support/prometheus-text.js';
import { answers, hangs, verify, type Receiver } from '../support/webhook-receiver.js';
import { WebhooksWorld } from './webhooks-world.js';

let world: WebhooksWorld;
let receiver: Receiver;
beforeEach(async () => {
  world = await WebhooksWorld.open();
  receiver = await world.receiver();
});
afterEach(() => world.close());

describe('A webhook', () => {
  it('gets a signed event that the library of Standard Webhooks verifies', async () => {
    await world.start();
    const { secret } = await world.add(receiver);

    const [reference] = await world.buy('LAMP');

    const [received] = await receiver.has(1);
    verify(secret, received!);
    expect(() => verify(`whsec_${Buffer.alloc(32).toString('base64')}`, received!)).toThrow();
    const [event] = (await world.service.request<{ items: object[] }>('GET', '/v1/events')).body.items;
    expect(received!.body).toEqual({ ...event, timestamp: (event as { occurredAt: string }).occurredAt });
    expect(received).toMatchObject({
      path: '/hook',
      headers: { 'content-type': 'application/json', 'webhook-id': received!.body.id },
      body: { type: 'BatchRegistered', key: 'LAMP', data: { batchReference: reference } },
    });
  });

  it('gets the events of its types and SKUs only, and none that happened before it was added', async () => {
    await world.start();
    await world.buy('LAMP');
    const webhook = await world.add(receiver, { types: ['BatchRegistered'], skus: ['LAMP', 'CHAIR'] });

    await world.buy('TABLE', 'LAMP', 'CHAIR');
    await world.service.request('POST', '/v1/allocations', { orderId: 'o-1', sku: 'LAMP', quantity: 1 });
    await world.hasGot(webhook);

    const got = receiver.received.map(({ body: { type, key } }) => [type, key]);
    expect(got.sort()).toEqual([
      ['BatchRegistered', 'CHAIR'],
      ['BatchRegistered', 'LAMP'],
    ]);
  });

  it('gets CloudEvents if it asks for them', async () => {
    await world.start();
    const { secret } = await world.add(receiver, { format: 'cloudevents' });

    await world.buy('LAMP');

    const [received] = await receiver.has(1);
    verify(secret, received!);
    expect(received!.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(received!.body).toMatchObject({
      specversion: '1.0',
      id: received!.headers['webhook-id'],
      source: 'urn:earmark',
      type: 'earmark.BatchRegistered',
      subject: 'LAMP',
      data: { sku: 'LAMP' },
    });
  });

  it('shows its secret once', async () => {
    await world.start();
    const { secret, ...webhook } = await world.add(receiver);
    const { id } = webhook;

    expect(secret).toMatch(/^whsec_[A-Za-z\d+/]{43}=$/);
    expect(await world.find(webhook)).toEqual(webhook);
    const listed = await world.call('GET', '');
    expect(listed.body).toEqual({ items: [webhook], next: null });
    const [stored] = await world.sql<{ row: string }>('select endpoint::text as row from webhooks.endpoint');
    expect(stored!.row).toContain(id);
    expect(stored!.row).not.toContain(secret.slice('whsec_'.length));
  });

  it('is signed by both secrets until the overlap of a rotation is over', async () => {
    await world.start();
    const webhook = await world.add(receiver);
    const rotate = (body: object) => world.call<{ secret: string }>('POST', `/${webhook.id}/secret`, body);
    const second = (await rotate({})).body.secret;

    await world.buy('LAMP');
    const [first] = await receiver.has(1);
    verify(webhook.secret, first!);
    verify(second, first!);

    const third = (await rotate({ overlapSeconds: 0 })).body.secret;
    await world.buy('LAMP');
    const [, next] = await receiver.has(2);
    verify(third, next!);
    expect(() => verify(webhook.secret, next!)).toThrow();
    expect(() => verify(second, next!)).toThrow();
  });

  it('that is deleted gets nothing any more', async () => {
    await world.start();
    const [deleted, kept] = [await world.add(receiver), await world.add(await world.receiver())];
    expect(await world.call('DELETE', `/${deleted.id}`)).toMatchObject({ status: 204 });

    await world.buy('LAMP');
    await world.hasGot(kept);

    expect(receiver.received).toEqual([]);
    expect(await world.call('GET', `/${deleted.id}`)).toMatchObject({ status: 404 });
    expect(await world.call('GET', `/${deleted.id}/deliveries`)).toMatchObject({ status: 404 });
    expect(await world.call('DELETE', `/${deleted.id}`)).toMatchObject({
      status: 404,
      body: { type: 'urn:earmark:problem:unknown-webhook' },
    });
  });

  it('can be tested, and says what its receiver has answered', async () => {
    await world.start();
    const webhook = await world.add(receiver);
    expect(await world.call('POST', `/${webhook.id}/test`)).toMatchObject({
      status: 200,
      body: { delivered: true, status: 204, error: null },
    });
    verify(webhook.secret, receiver.received[0]!);
    expect(receiver.received[0]!.body).toMatchObject({
      type: 'WebhookTested',
      data: { webhookId: webhook.id },
    });

    receiver.respond = answers(500);
    expect(await world.call('POST', `/${webhook.id}/test`)).toMatchObject({
      body: { delivered: false, status: 500, error: 'The receiver answered 500.' },
    });
    expect(await world.deliveries(webhook)).toEqual([]);
  });
});

describe('An event that a receiver does not take', () => {
  it('is sent again with the same id and body, and holds back only those of its SKU', async () => {
    await world.start();
    const webhook = await world.add(receiver);
    receiver.respond = (response, { body }) =>
      answers(body.key === 'LAMP' ? 500 : 204)(response, {} as never);
    await world.buy('LAMP', 'LAMP', 'TABLE', 'TABLE');
    await receiver.has(3);
    await world.is('one SKU waits', webhook, ({ pending }) => pending === 2);
    expect(receiver.received.map(({ body }) => body.key).sort()).toEqual(['LAMP', 'TABLE', 'TABLE']);
    const [, , , lamp] = await world.deliveries(webhook);
    expect(lamp).toMatchObject({ sku: 'LAMP', state: 'pending', attempts: 1, status: 500 });

    receiver.respond = answers(204);
    await world.timePasses();
    await world.hasGot(webhook);

    const lamps = receiver.received.filter(({ body }) => body.key === 'LAMP');
    expect(lamps.map(({ body }) => body.data.batchReference)).toEqual(['PO-1', 'PO-1', 'PO-2']);
    const [first, again] = lamps;
    expect(again!.text).toBe(first!.text);
    expect(again!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    verify(webhook.secret, again!);
  });

  it('is not sent on to where a redirect points', async () => {
    await world.start();
    const elsewhere = await world.receiver();
    const webhook = await world.add(receiver);
    receiver.respond = answers(307, { location: elsewhere.url });

    await world.buy('LAMP');

    const [delivery] = await eventually('an attempt', async () => {
      const all = await world.deliveries(webhook);
      return all[0]?.attempts === 1 && all;
    });
    expect(delivery).toMatchObject({ state: 'pending', status: 307 });
    expect(delivery!.error).toContain('redirects are not followed');
    expect(elsewhere.received).toEqual([]);
  });

  it('disables the webhook if the answer is 410, and is sent once that is enabled again, with all that happened since', async () => {
    await world.start();
    const webhook = await world.add(receiver);
    receiver.respond = answers(410);
    await world.buy('LAMP');
    await world.is('disabled', webhook, ({ disabledReason }) => disabledReason === 'gone');
    await world.buy('LAMP', 'TABLE');
    receiver.respond = answers(204);
    await world.timePasses();

    const enabled = await world.call('PATCH', `/${webhook.id}`, { enabled: true });
    expect(enabled.body).toMatchObject({ enabled: true, disabledReason: null, disabledAt: null });
    await eventually('everything sent', () => receiver.received.length === 4);

    const references = (key: string) =>
      receiver.received.filter(({ body }) => body.key === key).map(({ body }) => body.data.batchReference);
    expect(references('LAMP')).toEqual(['PO-1', 'PO-1', 'PO-2']);
    expect(references('TABLE')).toEqual(['PO-3']);
  });

  it('waits with all others for as long as the receiver asks by Retry-After', async () => {
    await world.start();
    const webhook = await world.add(receiver);
    receiver.respond = answers(429, { 'retry-after': '3600' });
    await world.buy('LAMP');
    const before = Date.now();
    const { pausedUntil } = await world.is('paused', webhook, (found) => found.pausedUntil !== null);
    expect(new Date(pausedUntil!).getTime()).toBeGreaterThan(before + 3_500_000);
    const [delivery] = await world.deliveries(webhook);
    expect(new Date(delivery!.nextAttemptAt!).getTime()).toBeGreaterThan(before + 3_500_000);

    await world.buy('TABLE');
    const other = await world.receiver();
    const unpaused = await world.add(other);
    await world.buy('CHAIR');
    await world.hasGot(unpaused);
    expect(receiver.received).toHaveLength(1);

    receiver.respond = answers(204);
    await world.timePasses();
    await world.hasGot(webhook);
    expect(receiver.received).toHaveLength(4);
  });

  it('does not hold up other webhooks while its receiver hangs', async () => {
    await world.start();
    const silent = await world.receiver();
    silent.respond = hangs;
    const hanging = await world.add(silent);
    const webhook = await world.add(receiver);
    const skus = Array.from({ length: 40 }, (_, i) => `SKU-${i}`);

    await world.buy(...skus);
    await world.hasGot(webhook);

    expect(receiver.received).toHaveLength(40);
    expect(silent.received).toHaveLength(8);
    expect(await world.find(hanging)).toMatchObject({ pending: 40 });
  });
});

describe('GET /metrics', () => {
  it('shows webhooks that nothing reaches, and for how long, until something does or they are disabled', async () => {
    await world.start();
    const scrape = async () => PrometheusText.from(await world.service.request<string>('GET', '/metrics'));
    const shown = async () => {
      const metrics = await scrape();
      return ['failing', 'failing_age_seconds', 'disabled'].map((name) =>
        metrics.value(`earmark_webhooks_${name}`),
      );
    };
    const webhook = await world.add(receiver);
    receiver.respond = answers(500);
    expect(await shown()).toEqual([0, 0, 0]);

    await world.buy('LAMP');
    await world.is('failing', webhook, ({ failingSince }) => failingSince !== null);
    await world.sql(`update webhooks.endpoint set failing_since = failing_since - interval '2 hours'`);
    expect(await shown()).toEqual([1, expect.any(Number), 0]);
    expect((await shown())[1]).toBeGreaterThan(3_600);

    receiver.respond = answers(204);
    await world.timePasses();
    await world.is('no longer failing', webhook, ({ failingSince }) => failingSince === null);
    expect(await shown()).toEqual([0, 0, 0]);

    receiver.respond = answers(410);
    await world.buy('LAMP');
    await world.is('disabled', webhook, ({ disabledReason }) => disabledReason === 'gone');
    expect(await shown()).toEqual([0, 0, 1]);
  });
});

describe('A replay', () => {
  it('sends again what has happened from a position on, before what happens later', async () => {
    await world.start();
    await world.buy('LAMP', 'TABLE');
    const webhook = await world.add(receiver, { types: ['BatchRegistered'], skus: ['LAMP'] });
    await world.buy('LAMP', 'LAMP');
    await world.hasGot(webhook);
    expect(receiver.received).toHaveLength(2);

    const answer = await world.call('POST', `/${webhook.id}/replay`, { from: 1 });
    expect(answer).toMatchObject({ status: 202, body: { replaying: { after: 0 } } });
    await world.buy('LAMP');
    await world.is('the replay over', webhook, ({ replaying }) => replaying === null);
    await world.hasGot(webhook);

    const references = receiver.received.map(({ body }) => body.data.batchReference);
    expect(references).toEqual(['PO-3', 'PO-4', 'PO-1', 'PO-3', 'PO-4', 'PO-5']);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids[3]).toBe(ids[0]);
  });

  it('is refused beyond the end of the log', async () => {
    await world.start();
    const webhook = await world.add(receiver);
    expect(await world.call('POST', `/${webhook.id}/replay`, { from: 4_711 })).toMatchObject({
      status: 410,
      body: { type: 'urn:earmark:problem:ahead-of-log' },
    });
  });
});
