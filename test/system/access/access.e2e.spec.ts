import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { CLOCK_TOLERANCE_S } from '../../../src/platform/access/tokens/token-verifier.js';
import { createKey, listKeys, revokeKey } from '../../../src/platform/access/keys/keys.js';
import { DEFAULT_LIMITS } from '../../../src/platform/config/limit-settings.js';
import { SCOPES } from '../../../src/scopes.js';
import { Listener } from '../../platform/events-api/live-feed-listener.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { TestIssuer } from '../../support/issuer.js';
import { startService, type RunningService } from '../../support/service.js';
import { expectRefusal } from '../../support/shop.js';

type Scope = (typeof SCOPES)[number];

/** Every call is tried with what is wrong, more often in a minute than an address may. */
const limits = { ...DEFAULT_LIMITS, failedTries: 100_000 };

let database: TestDatabase;
let instances: [RunningService, RunningService];
let service: RunningService;
let dataSource: DataSource;
/** Another one on the same database, which takes the tokens of this issuer besides the keys. */
let issuer: TestIssuer;
let tokenService: RunningService;
/** For each scope a header with a key that has that one, and one that has all the others. */
let only: Record<Scope, string>;
let allBut: Record<Scope, string>;

beforeAll(async () => {
  database = await freshDatabase();
  issuer = await TestIssuer.open();
  instances = await Promise.all([
    startService(database.url, { limits }),
    startService(database.url, { limits }),
  ]);
  tokenService = await startService(database.url, { oidc: issuer.oidc, limits });
  [service] = instances;
  dataSource = service.get(DataSource);
});
afterAll(async () => {
  await Promise.all([...instances, tokenService].map((instance) => instance.close()));
  await issuer.stop();
  await database.drop();
});

const bearer = async (name: string, ...scopes: Scope[]) =>
  `Bearer ${await createKey(dataSource, name, scopes)}`;
const token = async (...scopes: Scope[]) => `Bearer ${await issuer.token({ scope: scopes.join(' ') })}`;
const ask = (method: string, path: string, authorization?: string, from = service) =>
  from.request(method, path, /^(POST|PATCH)$/.test(method) ? {} : undefined, {
    ...(path.startsWith('/v1/bulk/') && { 'content-type': 'application/x-ndjson' }),
    ...(authorization !== undefined && { authorization }),
  });
const statusOf = async (...call: Parameters<typeof ask>) => (await ask(...call)).status;

/** Every call of the API: what the contract lets whom do. */
const CALLS: readonly (readonly [string, Scope])[] = [
  ['POST /v1/batches', 'batches:write'],
  ['GET /v1/batches', 'read'],
  ['GET /v1/batches/{reference}', 'read'],
  ['PATCH /v1/batches/{reference}', 'batches:write'],
  ['POST /v1/allocations', 'allocations:write'],
  ['PUT /v1/orders/{orderId}', 'orders:write'],
  ['POST /v1/orders/{orderId}/confirm', 'orders:write'],
  ['DELETE /v1/orders/{orderId}', 'orders:write'],
  ['GET /v1/orders', 'read'],
  ['POST /v1/bulk/orders', 'orders:write'],
  ['POST /v1/bulk/batches', 'batches:write'],
  ['POST /v1/bulk/receipts', 'warehouse:write'],
  ['POST /v1/bulk/shipments', 'warehouse:write'],
  ['POST /v1/webhooks', 'webhooks:write'],
  ['GET /v1/webhooks', 'webhooks:write'],
  ['GET /v1/webhooks/{id}', 'webhooks:write'],
  ['PATCH /v1/webhooks/{id}', 'webhooks:write'],
  ['DELETE /v1/webhooks/{id}', 'webhooks:write'],
  ['POST /v1/webhooks/{id}/secret', 'webhooks:write'],
  ['GET /v1/webhooks/{id}/deliveries', 'webhooks:write'],
  ['POST /v1/webhooks/{id}/replay', 'webhooks:write'],
  ['POST /v1/webhooks/{id}/test', 'webhooks:write'],
  ['GET /v1/orders/{orderId}', 'read'],
  ['GET /v1/orders/{orderId}/history', 'read'],
  ['GET /v1/orders/{orderId}/allocations', 'read'],
  ['GET /v1/orders/{orderId}/allocations/{sku}', 'read'],
  ['DELETE /v1/orders/{orderId}/allocations', 'allocations:write'],
  ['DELETE /v1/orders/{orderId}/allocations/{sku}', 'allocations:write'],
  ['GET /v1/products', 'read'],
  ['GET /v1/products/{sku}', 'read'],
  ['GET /v1/products/{sku}/availability', 'read'],
  ['GET /v1/products/{sku}/backorders', 'read'],
  ['GET /v1/products/{sku}/policy', 'read'],
  ['PUT /v1/products/{sku}/policy', 'policies:write'],
  ['GET /v1/products/{sku}/timeline', 'read'],
  ['GET /v1/promises', 'read'],
  ['POST /v1/availability', 'read'],
  ['POST /v1/products/{sku}/reallocations', 'policies:write'],
  ['POST /v1/simulations', 'read'],
  ['PUT /v1/receipts/{receiptId}', 'warehouse:write'],
  ['PUT /v1/adjustments/{adjustmentId}', 'warehouse:write'],
  ['PUT /v1/counts/{countId}', 'warehouse:write'],
  ['GET /v1/movements', 'read'],
  ['GET /v1/integrity', 'read'],
  ['PUT /v1/shipments/{shipmentId}', 'warehouse:write'],
  ['GET /v1/shipments', 'read'],
  ['GET /v1/shipments/{shipmentId}', 'read'],
  ['DELETE /v1/shipments/{shipmentId}', 'warehouse:write'],
  ['PUT /v1/returns/{returnId}', 'warehouse:write'],
  ['GET /v1/lost-promises', 'read'],
  ['GET /v1/events', 'read'],
  ['GET /v1/subscriptions', 'admin'],
  ['GET /v1/subscriptions/{name}/parked', 'admin'],
  ['POST /v1/subscriptions/{name}/parked/{position}/retry', 'operations:write'],
  ['POST /v1/subscriptions/{name}/parked/{position}/discard', 'operations:write'],
  ['POST /v1/subscriptions/{name}/rebuild', 'operations:write'],
  ['GET /v1/dead-letters', 'admin'],
  ['GET /v1/dead-letters/{id}', 'admin'],
  ['POST /v1/dead-letters/{id}/retry', 'operations:write'],
  ['POST /v1/dead-letters/{id}/discard', 'operations:write'],
  ['POST /v1/keys', 'keys:write'],
  ['GET /v1/keys', 'keys:write'],
  ['GET /v1/keys/{name}', 'keys:write'],
  ['DELETE /v1/keys/{name}', 'keys:write'],
  ['GET /v1/migrations', 'admin'],
  ['GET /v1/audit', 'admin'],
  ['GET /metrics', 'read'],
];

const callOf = (route: string): [method: string, path: string] => {
  const [method = '', path = ''] = route.split(' ');
  return [method, path.replace(/\{\w+\}/g, 'none')];
};

describe('A service with an issuer of tokens and without keys', () => {
  it('admits only callers with a token, and passes none to the issuer', async () => {
    for (const authorization of [undefined, 'Bearer x'])
      expect(await statusOf('GET', '/v1/batches', authorization, tokenService)).toBe(401);
    const read = await token('read');
    expect(await statusOf('GET', '/v1/batches', read, tokenService)).toBe(200);
    expect(await statusOf('GET', '/v1/batches?access_token=' + read.slice(7), undefined, tokenService)).toBe(
      401,
    );
    expect(issuer.asked.join()).not.toContain(read.slice(7));
  });

  it('ends a live feed when its token has expired', async () => {
    const brief = await issuer.token({ scope: 'read', exp: 3 - CLOCK_TOLERANCE_S });
    const feed = await Listener.open(`${tokenService.url}/v1/events`, { authorization: `Bearer ${brief}` });

    expect(feed.status).toBe(200);
    expect(await feed.over).toBe('cut off');
    expect(await statusOf('GET', '/v1/events', `Bearer ${brief}`, tokenService)).toBe(401);
  });
});

describe('A service without keys', () => {
  it('has no access control, and from the first key on has it on every instance', async () => {
    for (const instance of instances)
      expect(await statusOf('GET', '/v1/batches', undefined, instance)).toBe(200);
    const feed = await Listener.open(`${service.url}/v1/events`);

    only = {} as typeof only;
    allBut = {} as typeof allBut;
    for (const scope of SCOPES) {
      only[scope] = await bearer(`only ${scope}`, scope);
      allBut[scope] = await bearer(`all but ${scope}`, ...SCOPES.filter((each) => each !== scope));
    }

    for (const instance of instances) {
      await eventually(
        'the keys are known',
        async () => (await statusOf('GET', '/v1/batches', undefined, instance)) === 401,
      );
    }
    // The one that was made last.
    for (const instance of [...instances, tokenService]) {
      await eventually(
        'all of them',
        async () => (await statusOf('GET', '/v1/batches', allBut.admin, instance)) === 200,
      );
    }
    expect(await feed.over).toBe('cut off');
  });
});

describe('A service with keys', () => {
  it('has a scope for every call of its document, and names it there', async () => {
    interface Document {
      paths: Record<
        string,
        Record<string, { security?: unknown; 'x-scope'?: string; responses: Record<string, unknown> }>
      >;
    }
    const { paths } = (await service.request<Document>('GET', '/openapi.json')).body;
    const documented = Object.entries(paths)
      .filter(([path]) => !path.startsWith('/health/') && path !== '/v1/info')
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { security, 'x-scope': scope, responses }]) => {
          expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403']));
          return `${method.toUpperCase()} ${path} ${scope} ${JSON.stringify(security)}`;
        }),
      );

    // A new call gets its line in CALLS.
    const listed = CALLS.map(([call, scope]) => `${call} ${scope} [{"key":[]}]`);
    listed.push('GET /v1/notifications read [{"key":[]}]');
    listed.push('GET /v1/subscriptions/{name}/rebuild operations:write [{"key":[]}]');
    expect(documented.sort()).toEqual(listed.sort());
    expect(paths['/v1/notifications']!.get).toMatchObject({
      'x-other-scopes': ['notifications:read', 'admin'],
    });
    expect(paths['/v1/subscriptions/{name}/rebuild']!.get).toMatchObject({ 'x-other-scopes': ['admin'] });
    const { responses, security } = paths['/v1/info']!.get!;
    expect(security).toEqual([{ key: [] }]);
    expect(Object.keys(responses)).toContain('401');
    expect(Object.keys(responses)).not.toContain('403');
  });

  it('shows the progress of a rebuild to those who may begin one, and to those who see what operators see', async () => {
    const path = '/v1/subscriptions/none/rebuild';
    for (const scope of SCOPES) {
      const maySee = scope === 'operations:write' || scope === 'admin';
      expect([scope, await statusOf('GET', path, only[scope])]).toEqual([scope, maySee ? 404 : 403]);
    }
    expect(await statusOf('GET', path)).toBe(401);
  });

  it('says to any caller that it knows who they are, and to no one else', async () => {
    const whoIs = async (authorization: string, from = service) =>
      (await ask('GET', '/v1/info', authorization, from)).body;
    for (const scope of SCOPES) {
      expect(await whoIs(only[scope])).toMatchObject({
        caller: { kind: 'key', name: `only ${scope}`, scopes: [scope], expiresAt: null },
        features: { accessControl: true, tokens: false },
      });
    }
    expect(await whoIs(await token('read', 'admin'), tokenService)).toMatchObject({
      caller: { kind: 'token', scopes: ['read', 'admin'], expiresAt: expect.any(String) },
      features: { accessControl: true, tokens: true },
    });
    // One that may do nothing learns that.
    expect(await whoIs(await token(), tokenService)).toMatchObject({ caller: { scopes: [] } });
    for (const authorization of [undefined, 'Bearer x', `${only.read}0`])
      expect(await statusOf('GET', '/v1/info', authorization)).toBe(401);
  });

  it.each(CALLS)('asks who makes the call: %s', async (route) => {
    const [method, path] = callOf(route);
    const answer = await ask(method, path);

    expectRefusal(answer, {
      status: 401,
      code: 'unauthenticated',
      title: 'Unauthenticated',
      detail: 'The call needs a key, as in Authorization: Bearer earmark_….',
      instance: path,
    });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    if (method === 'GET') expect((await fetch(service.url + path, { method: 'HEAD' })).status).toBe(401);
    const key = only.admin.slice('Bearer '.length);
    for (const credentials of [
      'Bearer',
      `Basic ${btoa(`key:${key}`)}`,
      key,
      `${only.read}0`,
      `Bearer ${'x'.repeat(5_000)}`,
    ]) {
      expect(await statusOf(method, path, credentials)).toBe(401);
    }
    expect(await statusOf(method, `${path}?access_token=${key}&key=${key}`)).toBe(401);
  });

  it.each(CALLS)('rejects a call with another scope: %s needs %s', async (route, scope) => {
    const [method, path] = callOf(route);

    for (const other of SCOPES.filter((each) => each !== scope)) {
      const answer = await ask(method, path, only[other]);
      expectRefusal(answer, {
        status: 403,
        code: 'forbidden',
        title: 'Forbidden',
        detail: `The key lacks the scope ${scope}.`,
        instance: path,
        scope,
      });
      expect(answer.headers.get('www-authenticate')).toBe(
        `Bearer error="insufficient_scope", scope="${scope}"`,
      );
    }
    expect(await statusOf(method, path, allBut[scope])).toBe(403);
  });

  it.each(CALLS)('admits a call with the scope: %s needs %s', async (route, scope) => {
    const [method, path] = callOf(route);

    expect([200, 400, 404]).toContain(await statusOf(method, path, only[scope]));
  });

  it.each(CALLS)('accepts a token like a key: %s needs %s', async (route, scope) => {
    const [method, path] = callOf(route);
    const others = SCOPES.filter((each) => each !== scope);

    expect([200, 400, 404]).toContain(await statusOf(method, path, await token(scope), tokenService));
    expect([200, 400, 404]).toContain(await statusOf(method, path, only[scope], tokenService));
    for (const authorization of [await token(...others), await token(), allBut[scope]]) {
      const answer = await ask(method, path, authorization, tokenService);
      expect(answer).toMatchObject({ status: 403, body: { title: 'Forbidden', scope } });
    }
    const bad = [{ exp: -600 }, { nbf: 600 }, { aud: 'other' }, { iss: 'https://other.example.com' }];
    for (const claims of bad) {
      const authorization = `Bearer ${await issuer.token({ scope, ...claims })}`;
      expect(await statusOf(method, path, authorization, tokenService)).toBe(401);
    }
    // The same token is worth nothing where there is no issuer.
    expect(await statusOf(method, path, await token(scope))).toBe(401);
  });

  it.each(SCOPES)(
    'shows notifications to a key with the scope %s as far as it may see them',
    async (scope) => {
      await dataSource.query(
        `insert into notifications.notification (kind, sku, recipient, subject, body, state, next_attempt_at, error)
       select 'out-of-stock', 'LAMP', 'buyer@example.com', 'Out of stock: LAMP', 'None.', 'refused', null, '550 no'
        where not exists (select from notifications.notification where sku = 'LAMP')`,
      );
      const seen: Partial<Record<Scope, [to: string, error: string]>> = {
        read: ['hidden@earmark.invalid', 'The mail server has not taken it; an operator can see why.'],
        'notifications:read': [
          'buyer@example.com',
          'The mail server has not taken it; an operator can see why.',
        ],
        admin: ['buyer@example.com', '550 no'],
      };
      const answer = await ask('GET', '/v1/notifications?sku=LAMP', only[scope]);
      const shown = seen[scope];
      if (shown === undefined) {
        expectRefusal(answer, {
          status: 403,
          code: 'forbidden',
          title: 'Forbidden',
          detail: 'The key lacks the scope read.',
          instance: '/v1/notifications',
          scope: 'read',
        });
        return;
      }
      const [to, error] = shown;
      expect(answer).toMatchObject({
        status: 200,
        body: { items: [{ sku: 'LAMP', subject: 'Out of stock: LAMP', state: 'refused', to, error }] },
      });
    },
  );

  it('shows recipients and answers of the mail server to a key with all scopes but notifications:read', async () => {
    const answer = await ask('GET', '/v1/notifications?sku=LAMP', allBut['notifications:read']);
    expect(answer.body).toMatchObject({ items: [{ to: 'buyer@example.com', error: '550 no' }] });
  });

  it('accepts keys while the issuer is unavailable, and answers 503 to tokens', async () => {
    const lonely = await startService(database.url, { oidc: issuer.oidc });
    try {
      await issuer.stop();
      const answer = await ask('GET', '/v1/batches', await token('read'), lonely);
      expect(answer).toMatchObject({ status: 503, body: { type: 'urn:earmark:problem:busy' } });
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(await statusOf('GET', '/v1/batches', only.read, lonely)).toBe(200);

      await issuer.start();
      const authorization = await token('read');
      await eventually(
        'the issuer is asked again',
        async () => (await statusOf('GET', '/v1/batches', authorization, lonely)) === 200,
      );
    } finally {
      await lonely.close();
    }
  });

  it.each(['/health/live', '/health/ready', '/docs', '/openapi.json', '/asyncapi.json'])(
    'shows %s without a key',
    async (path) => {
      expect(await statusOf('GET', path)).toBe(200);
    },
  );

  it('serves a caller with a key from end to end', async () => {
    const write = { authorization: await bearer('writer', 'batches:write', 'allocations:write') };
    await eventually(
      'it is known',
      async () => (await statusOf('POST', '/v1/batches', write.authorization)) === 400,
    );
    const batch = { reference: 'PO-1', sku: 'TABLE', quantity: 10 };
    const line = { orderId: 'o-1', sku: 'TABLE', quantity: 3 };

    expect((await service.request('POST', '/v1/batches', batch, write)).status).toBe(201);
    expect((await service.request('POST', '/v1/allocations', line, write)).status).toBe(201);
    expect((await ask('GET', '/v1/orders/o-1/allocations', only.read)).body).toMatchObject({
      items: [{ batchReference: 'PO-1' }],
    });
  });

  it('records when a key was used', async () => {
    await ask('GET', '/v1/batches', only.read);

    await eventually(
      'it is noted',
      async () => (await listKeys(dataSource)).find(({ name }) => name === 'only read')!.lastUsedAt,
    );
  });

  it('rejects a revoked key everywhere, and ends the live feeds that it opened', async () => {
    const [mine, other] = [await bearer('mine', 'read'), await bearer('other', 'read')];
    for (const instance of instances) {
      await eventually(
        'the key is known',
        async () => (await statusOf('GET', '/v1/batches', other, instance)) === 200,
      );
    }
    const feedWith = (authorization: string) => Listener.open(`${service.url}/v1/events`, { authorization });
    const [ends, goesOn] = [await feedWith(mine), await feedWith(other)];
    expect([ends.status, goesOn.status]).toEqual([200, 200]);

    await revokeKey(dataSource, 'mine');
    for (const instance of instances) {
      await eventually(
        'the key is not taken any more',
        async () => (await statusOf('GET', '/v1/batches', mine, instance)) === 401,
      );
    }
    expect(await ends.over).toBe('cut off');
    expect((await feedWith(mine)).status).toBe(401);

    await service.request(
      'POST',
      '/v1/batches',
      { reference: 'PO-2', sku: 'RUG', quantity: 1 },
      {
        authorization: only['batches:write'],
      },
    );
    await goesOn.heard(() => goesOn.messages.length > 0);
    await goesOn.cutOff();
  });
});
