import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { createKey } from '../../../src/platform/access/keys/keys.js';
import { eventually } from '../../../testing/eventually.js';
import { answers, type Receiver } from '../../support/webhook-receiver.js';
import { WebhooksWorld } from '../../webhooks/webhooks-world.js';

let world: WebhooksWorld;
let receiver: Receiver;
beforeAll(async () => {
  world = await WebhooksWorld.open();
  receiver = await world.receiver();
  await world.start();
});
afterAll(() => world.close());

/** What the audit log says of webhooks, as an auditor reads it. */
const audited = () =>
  world.sql<Record<string, unknown>>(
    `select type, actor, actor_kind as kind, subject, details from access.audit
      where type like 'webhook-%' order by position`,
  );

describe('The audit log', () => {
  it('names the process that has disabled a webhook, and a caller while calls are not authenticated', async () => {
    const webhook = await world.add(receiver);
    receiver.respond = answers(410);
    await world.buy('LAMP');
    await world.is('disabled', webhook, ({ disabledReason }) => disabledReason === 'gone');
    receiver.respond = answers(204);
    await world.call('PATCH', `/${webhook.id}`, { enabled: true });

    const { origin } = new URL(receiver.url);
    const about = { subject: webhook.id };
    const process = { actor: userInfo().username, kind: 'service' };
    const caller = { actor: 'loopback', kind: 'loopback' };
    expect(await audited()).toEqual([
      {
        ...{ ...about, ...caller, type: 'webhook-created' },
        details: { origin, types: ['*'], skus: null, format: 'standard' },
      },
      { ...about, ...process, type: 'webhook-disabled', details: { origin, reason: 'gone' } },
      { ...about, ...caller, type: 'webhook-changed', details: { enabled: true } },
    ]);
  });

  it('names the key that has created, changed and deleted a webhook, and rotated its secret', async () => {
    const before = (await audited()).length;
    const dataSource = world.service.get(DataSource);
    const shop = `Bearer ${await createKey(dataSource, 'web-shop', ['webhooks:write'])}`;
    const admin = `Bearer ${await createKey(dataSource, 'auditor', ['admin'])}`;
    const call = <Body>(method: string, path: string, body?: unknown, authorization = shop) =>
      world.service.request<Body>(method, path, body, { authorization });
    await eventually('keys count', async () => (await world.call('GET', '')).status === 401);

    const url = `${receiver.url}?token=hidden`;
    const added = await call<{ id: string; secret: string }>('POST', '/v1/webhooks', { url, types: ['*'] });
    const { id, secret } = added.body;
    const path = `/v1/webhooks/${id}`;
    await call('PATCH', path, { types: ['OutOfStock'] });
    await call('PATCH', path, { types: ['OutOfStock'] });
    const rotated = await call<{ secret: string }>('POST', `${path}/secret`, { overlapSeconds: 60 });
    await call('DELETE', path);
    await call('DELETE', path);

    const { origin } = new URL(receiver.url);
    const entries = (await audited()).slice(before);
    expect(entries.map(({ type, details }) => [type, details])).toEqual([
      ['webhook-created', { origin, types: ['*'], skus: null, format: 'standard' }],
      ['webhook-changed', { types: ['OutOfStock'] }],
      ['webhook-secret-rotated', { overlapSeconds: 60 }],
      ['webhook-deleted', { origin }],
    ]);
    expect(entries).toEqual(
      entries.map((entry) => ({ ...entry, actor: 'web-shop', kind: 'key', subject: id })),
    );
    const page = await call<{ items: object[] }>('GET', '/v1/audit?limit=500', undefined, admin);
    expect(page.body.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: 'webhook-deleted',
          actor: 'web-shop',
          actorKind: 'key',
          subject: id,
        }),
      ]),
    );
    const text = JSON.stringify(page.body);
    for (const hidden of ['token=hidden', secret, rotated.body.secret]) expect(text).not.toContain(hidden);
  });
});
