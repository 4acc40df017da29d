import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { createKey, listKeys } from '../../../src/platform/access/keys/keys.js';
import { packageJson } from '../../../src/platform/config/package-json.js';
import { SCOPES } from '../../../src/scopes.js';
import { eventually } from '../../../testing/eventually.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { startService, type Answer, type RunningService } from '../../support/service.js';

const NAME = 'webhooks.outbox';
const READ_MODEL = 'allocation.product-totals';
/** Of these tests: its name is in the audit log. */
const OPERATOR = 'night-shift';

let database: TestDatabase;
let instances: [RunningService, RunningService];
let service: RunningService;
let dataSource: DataSource;
let key: string;

beforeAll(async () => {
  database = await freshDatabase();
  instances = [await startService(database.url), await startService(database.url)];
  [service] = instances;
  dataSource = service.get(DataSource);
  key = await createKey(dataSource, OPERATOR, SCOPES);
  await eventually('the key is known', async () => (await call('GET', '/v1/batches')).status === 200);
  for (const sku of ['LAMP', 'RUG'])
    await call('POST', '/v1/batches', { reference: `PO-${sku}`, sku, quantity: 10 });
  await call('PATCH', '/v1/batches/PO-LAMP', { quantity: 9 });
});
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.close()));
  await database.drop();
});

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: number | string | null;
}

const call = <B = Record<string, unknown>>(
  method: string,
  path: string,
  body?: object,
  by = key,
  on = service,
): Promise<Answer<B>> => on.request<B>(method, path, body, { authorization: `Bearer ${by}` });
const expectProblem = async (answer: Promise<Answer<unknown>>, status: number, code: string) => {
  expect(await answer).toMatchObject({ status, body: { type: `urn:earmark:problem:${code}`, status } });
};
/** The newest entries of the audit log, oldest first. */
const audited = async (count: number) => {
  const { body } = await call<Page<object>>('GET', `/v1/audit?order=newest-first&limit=${count}`);
  return body.items.toReversed();
};

describe('Parked events', () => {
  /** Of three events of the log, the first one of lamps is parked and blocks the other; that of rugs is handled. */
  let positions: { lamp: number; later: number; rug: number };
  beforeEach(async () => {
    await eventually('all is handled', async () => {
      const { body } = await call<Page<{ lag: { events: number } }>>('GET', '/v1/subscriptions');
      return body.items.every(({ lag }) => lag.events === 0);
    });
    await dataSource.query('truncate event_log.set_aside, event_log.discarded');
    const [rows] = await dataSource.query<{ lamps: number[]; rug: number }[]>(
      `select array_agg(position order by position) filter (where key = 'LAMP') as lamps,
              max(position) filter (where key = 'RUG') as rug from event_log.event`,
    );
    positions = { lamp: Number(rows!.lamps[0]), later: Number(rows!.lamps[1]), rug: Number(rows!.rug) };
    await dataSource.query(
      `insert into event_log.set_aside (subscription, position, key, state, attempts, error)
       values ($1, $2, 'LAMP', 'parked', 8, 'Error: The lamp is broken.'), ($1, $3, 'LAMP', 'behind', 0, null)`,
      [NAME, positions.lamp, positions.later],
    );
  });

  const parked = `/v1/subscriptions/${NAME}/parked`;

  it('are listed by subscription, page by page', async () => {
    const event = {
      subscription: NAME,
      position: positions.lamp,
      type: 'BatchRegistered',
      key: 'LAMP',
      state: 'parked',
      attempts: 8,
      error: 'Error: The lamp is broken.',
      behind: 1,
    };
    expect((await call('GET', parked)).body).toEqual({ items: [event], next: null });
    expect((await call('GET', `${parked}?after=${positions.lamp}&limit=1`)).body).toEqual({
      items: [],
      next: null,
    });
    expect((await call('GET', '/v1/subscriptions/allocation.stock/parked')).body).toEqual({
      items: [],
      next: null,
    });
    await expectProblem(call('GET', '/v1/subscriptions/nobody/parked'), 404, 'unknown-subscription');
    await expectProblem(call('GET', `${parked}?limit=501`), 400, 'validation-failed');
  });

  it('are retried, by whom the audit log says', async () => {
    expect(await call('POST', `${parked}/${positions.lamp}/retry`)).toMatchObject({
      status: 200,
      body: { subscription: NAME, position: positions.lamp, state: 'retrying' },
    });

    await eventually(
      'it is handled',
      async () => (await call<Page<object>>('GET', parked)).body.items.length === 0,
    );
    expect(await audited(1)).toMatchObject([
      { type: 'event-retried', actor: OPERATOR, actorKind: 'key', subject: NAME },
    ]);
  });

  it('are discarded with a reason, by whom the audit log says', async () => {
    const discard = `${parked}/${positions.lamp}/discard`;
    for (const body of [undefined, {}, { reason: '' }, { reason: 'x'.repeat(129) }, { reason: 'a', more: 1 }])
      await expectProblem(call('POST', discard, body), 400, 'validation-failed');

    expect(await call('POST', discard, { reason: 'counted by hand' })).toMatchObject({
      status: 200,
      body: { subscription: NAME, position: positions.lamp, state: 'discarded', reason: 'counted by hand' },
    });
    expect(await dataSource.query('select position, reason from event_log.discarded')).toEqual([
      { position: positions.lamp, reason: 'counted by hand' },
    ]);
    expect(await audited(1)).toMatchObject([
      { type: 'event-discarded', actor: OPERATOR, details: { reason: 'counted by hand' } },
    ]);
  });

  it.each(['retry', 'discard'])('are refused if they are not parked: %s', async (what) => {
    const act = (subscription: string, position: number | string) =>
      call(
        'POST',
        `/v1/subscriptions/${subscription}/parked/${position}/${what}`,
        what === 'retry' ? undefined : { reason: 'x' },
      );

    await expectProblem(act(NAME, positions.later), 409, 'blocked-by-earlier-event');
    await expectProblem(act(NAME, positions.rug), 409, 'event-not-parked');
    await expectProblem(act(NAME, 4_711), 404, 'unknown-event');
    await expectProblem(act('nobody', positions.lamp), 404, 'unknown-subscription');
    await expectProblem(act(NAME, 0), 400, 'validation-failed');
    await expectProblem(act(NAME, 'x'), 400, 'validation-failed');
    expect((await call<Page<object>>('GET', parked)).body.items.length).toBe(1);
  });
});

describe('A rebuild', () => {
  const path = `/v1/subscriptions/${READ_MODEL}/rebuild`;
  const state = async (on = service) =>
    (await call<{ state: string; position: number }>('GET', path, undefined, key, on)).body;

  it('answers when it has begun, and is done after that', async () => {
    await expectProblem(call('GET', path), 404, 'never-rebuilt');
    await dataSource.query(`update allocation.product_total set quantity = 4711`);

    const answer = await call('POST', path);

    expect(answer).toMatchObject({ status: 202, body: { subscription: READ_MODEL, error: null } });
    expect(answer.headers.get('location')).toBe(path);
    await eventually('it is done', async () => (await state()).state === 'done');
    expect((await call<Page<object>>('GET', '/v1/products')).body.items).toMatchObject([
      { sku: 'LAMP', quantity: 9 },
      { sku: 'RUG', quantity: 10 },
    ]);
    expect(await audited(1)).toMatchObject([
      { type: 'read-model-rebuilt', actor: OPERATOR, actorKind: 'key', subject: READ_MODEL },
    ]);
  });

  it('is the only one on all instances, and ends without effect if its instance is stopped', async () => {
    const third = await startService(database.url);
    const blocker = dataSource.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('select from event_log.subscription where name = $1 for update', [READ_MODEL]);
    await eventually(
      'the key is known',
      async () => (await call('GET', path, undefined, key, third)).status === 200,
    );
    expect((await call('POST', path, undefined, key, third)).status).toBe(202);

    for (const instance of instances) {
      expect(await state(instance)).toMatchObject({ state: 'running' });
      await expectProblem(call('POST', path, undefined, key, instance), 409, 'rebuild-running');
    }
    await third.close();
    expect(await state()).toMatchObject({
      state: 'failed',
      error: 'Error: The service was stopped: the read model is unchanged.',
    });
    await blocker.rollbackTransaction();
    await blocker.release();
    expect((await call('POST', path)).status).toBe(202);
    await eventually('it is done', async () => (await state()).state === 'done');
  });

  it('is refused for what is no read model', async () => {
    await expectProblem(call('POST', '/v1/subscriptions/allocation.stock/rebuild'), 409, 'not-a-read-model');
    await expectProblem(call('POST', '/v1/subscriptions/nobody/rebuild'), 404, 'unknown-subscription');
  });
});

describe('Dead letters', () => {
  /** @returns its id */
  const receive = async (body: string, size = body.length): Promise<number> => {
    const [row] = await dataSource.query<{ id: number }[]>(
      `insert into broker.dead_letter (broker, channel, message_id, reason, size, body)
       values ('redis', 'change_batch_quantity', null, 'It was early.', $2, $1::bytea) returning id`,
      [Buffer.from(body), size],
    );
    return row!.id;
  };
  beforeEach(() => dataSource.query('truncate broker.dead_letter'));

  it('are listed without, and shown with their bodies', async () => {
    const [first, second] = [await receive('{"qty": 1}'), await receive('{"qty": 2}')];
    const { body } = await call<Page<object>>('GET', '/v1/dead-letters?limit=1');
    expect(body).toEqual({
      items: [
        {
          id: first,
          broker: 'redis',
          channel: 'change_batch_quantity',
          messageId: null,
          reason: 'It was early.',
          size: 10,
          receivedAt: expect.any(String),
          state: 'kept',
          settledAt: null,
          discardReason: null,
        },
      ],
      next: first,
    });
    expect((await call('GET', `/v1/dead-letters?after=${first}`)).body).toMatchObject({
      items: [{ id: second }],
    });
    expect((await call('GET', `/v1/dead-letters/${first}`)).body).toMatchObject({
      id: first,
      body: '{"qty": 1}',
      bodyBase64: Buffer.from('{"qty": 1}').toString('base64'),
    });
    await expectProblem(call('GET', '/v1/dead-letters/999999'), 404, 'unknown-dead-letter');
  });

  it('are applied once, by whom the audit log says', async () => {
    const id = await receive('{"batchref": "PO-RUG", "qty": 8}');

    expect(await call('POST', `/v1/dead-letters/${id}/retry`)).toMatchObject({
      status: 200,
      body: { id, state: 'applied', isNew: true },
    });
    await expectProblem(call('POST', `/v1/dead-letters/${id}/retry`), 409, 'dead-letter-settled');
    await expectProblem(
      call('POST', `/v1/dead-letters/${id}/discard`, { reason: 'x' }),
      409,
      'dead-letter-settled',
    );
    expect((await call('GET', '/v1/batches/PO-RUG')).body).toMatchObject({ quantity: 8 });
    expect(await audited(1)).toMatchObject([
      { type: 'dead-letter-retried', actor: OPERATOR, actorKind: 'key', subject: String(id) },
    ]);
    expect((await call('GET', '/v1/dead-letters')).body).toEqual({ items: [], next: null });
    expect((await call('GET', '/v1/dead-letters?all=true')).body).toMatchObject({
      items: [{ state: 'applied' }],
    });
  });

  it.each([
    ['{"batchref": "PO-9", "qty": 8}', 'There is no batch PO-9.', 'unknown-batch'],
    ['{"batchref": "PO-RUG"}', /qty/, 'invalid-message'],
  ])('are kept with the new reason if they fail again: %s', async (body, detail, reason) => {
    const id = await receive(body);

    const answer = await call<{ detail: string }>('POST', `/v1/dead-letters/${id}/retry`);

    expect(answer).toMatchObject({
      status: 422,
      body: { type: 'urn:earmark:problem:dead-letter-failed', id, reason },
    });
    expect(answer.body.detail).toMatch(detail);
    expect((await call('GET', `/v1/dead-letters/${id}`)).body).toMatchObject({
      state: 'kept',
      reason: expect.stringMatching(detail),
    });
  });

  it('are not applied if only their beginning was kept', async () => {
    const id = await receive('{"batchref": "PO-RUG", "qty": 8}', 70_000);

    await expectProblem(call('POST', `/v1/dead-letters/${id}/retry`), 409, 'dead-letter-not-whole');
  });

  it('are discarded with a reason', async () => {
    const id = await receive('{}');
    await expectProblem(call('POST', `/v1/dead-letters/${id}/discard`, {}), 400, 'validation-failed');

    expect(await call('POST', `/v1/dead-letters/${id}/discard`, { reason: 'sent by mistake' })).toMatchObject(
      {
        status: 200,
        body: { id, state: 'discarded', reason: 'sent by mistake' },
      },
    );
    expect(await audited(1)).toMatchObject([{ type: 'dead-letter-discarded', actor: OPERATOR }]);
    await expectProblem(
      call('POST', '/v1/dead-letters/999999/discard', { reason: 'x' }),
      404,
      'unknown-dead-letter',
    );
    await expectProblem(call('POST', '/v1/dead-letters/x/retry'), 400, 'validation-failed');
  });
});

describe('API keys', () => {
  const create = (name: string, scopes: readonly string[], by = key) =>
    call<{ key: string }>('POST', '/v1/keys', { name, scopes }, by);
  const statusWith = async (by: string, on = service) =>
    (await call('GET', '/v1/batches', undefined, by, on)).status;

  it('work on every instance once they are shown, which is once', async () => {
    const answer = await create('web shop', ['read', 'orders:write']);

    expect(answer).toMatchObject({
      status: 201,
      body: { name: 'web shop', scopes: ['read', 'orders:write'], lastUsedAt: null, revokedAt: null },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('location')).toBe('/v1/keys/web%20shop');
    for (const instance of instances) expect(await statusWith(answer.body.key, instance)).toBe(200);
    const secret = answer.body.key.split('_')[2]!;
    const shown = await call('GET', '/v1/keys/web%20shop');
    expect(shown.body).toMatchObject({ name: 'web shop', id: answer.body.key.split('_')[1] });
    const all = JSON.stringify([shown.body, (await call('GET', '/v1/keys')).body, await audited(500)]);
    expect(all).not.toContain(secret);
    expect(await audited(2)).toContainEqual(
      expect.objectContaining({
        type: 'key-created',
        actor: OPERATOR,
        actorKind: 'key',
        subject: 'web shop',
      }),
    );
  });

  it('are refused everywhere once they are revoked', async () => {
    const { key: shop } = (await create('shop', ['read'])).body;

    const answer = await call('DELETE', '/v1/keys/shop');

    expect(answer).toMatchObject({ status: 200, body: { name: 'shop', revokedAt: expect.any(String) } });
    for (const instance of instances) expect(await statusWith(shop, instance)).toBe(401);
    expect((await call('DELETE', '/v1/keys/shop')).body).toEqual(answer.body);
    await expectProblem(create('shop', ['read']), 409, 'key-name-taken');
    expect(await audited(1)).toMatchObject([{ type: 'key-revoked', actor: OPERATOR, subject: 'shop' }]);
  });

  it('can be given only what their creator may do', async () => {
    const { key: clerk } = (await create('clerk', ['keys:write', 'read'])).body;

    for (const scopes of [['admin'], ['read', 'operations:write'], ['orders:write', 'admin']]) {
      const answer = await create('too much', scopes, clerk);
      expect(answer).toMatchObject({
        status: 403,
        body: {
          type: 'urn:earmark:problem:forbidden',
          scope: scopes.find((scope) => scope !== 'read'),
          detail: expect.stringMatching(/^The key lacks the scope \S+, and so cannot give it to a key\.$/),
        },
      });
    }
    expect((await create('as much', ['read', 'keys:write'], clerk)).status).toBe(201);
    expect((await listKeys(dataSource)).map(({ name }) => name)).not.toContain('too much');
    // It may take away more than it has: a key that has leaked is revoked by whoever notices.
    await create('boss', ['admin']);
    expect((await call('DELETE', '/v1/keys/boss', undefined, clerk)).status).toBe(200);
  });

  it('cannot all be taken from those who manage them', async () => {
    const { key: second } = (await create('second', ['keys:write'])).body;
    for (const { name, scopes, revokedAt } of await listKeys(dataSource)) {
      if (scopes.includes('keys:write') && revokedAt === null && name !== 'second' && name !== OPERATOR)
        await call('DELETE', `/v1/keys/${encodeURIComponent(name)}`);
    }

    // Each revokes the other at the same moment.
    const answers = await Promise.all([
      call('DELETE', '/v1/keys/second', undefined, key),
      call('DELETE', `/v1/keys/${OPERATOR}`, undefined, second),
    ]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [by, name] = answers[0].status === 200 ? [key, OPERATOR] : [second, 'second'];
    await expectProblem(call('DELETE', `/v1/keys/${name}`, undefined, by), 409, 'no-managing-key');
    // For the tests after this one.
    await dataSource.query('update access.api_key set revoked_at = null where name = $1', [OPERATOR]);
    await eventually('it is known', async () => (await statusWith(key)) === 200);
  });

  it.each([
    [{ scopes: ['read'] }, 'name'],
    [{ name: 'x' }, 'scopes'],
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', scopes: ['read', 'read'] }, 'scopes'],
    [{ name: 'x', scopes: 'read' }, 'scopes'],
    [{ name: 'x', scopes: ['nonsense'] }, 'scopes'],
    [{ name: ' x', scopes: ['read'] }, 'name'],
    [{ name: 'x', scopes: ['read'], key: 'mine' }, 'key'],
  ])('are not created from %j', async (body, field) => {
    expect(await call('POST', '/v1/keys', body)).toMatchObject({
      status: 400,
      body: { errors: [{ field }] },
    });
  });

  it('are listed by name, page by page', async () => {
    const { body } = await call<Page<{ name: string }>>('GET', '/v1/keys?limit=1');
    expect(body).toMatchObject({ items: [{ name: 'as much' }], next: 'as much' });
    expect(
      (await call<Page<{ name: string }>>('GET', '/v1/keys?after=as%20much&limit=1')).body.items,
    ).toMatchObject([{ name: 'boss' }]);
    await expectProblem(call('GET', '/v1/keys/nobody'), 404, 'unknown-key');
    await expectProblem(call('DELETE', '/v1/keys/nobody'), 404, 'unknown-key');
  });
});

describe('A service without keys', () => {
  it('lets its machine do what operators do, but not close it to those who manage keys', async () => {
    const own = await freshDatabase();
    const open = await startService(own.url);
    try {
      expect((await open.request('GET', '/v1/info')).body).toEqual({
        version: packageJson().version,
        caller: { kind: 'loopback', name: 'loopback', scopes: SCOPES, expiresAt: null },
        features: {
          accessControl: false,
          tokens: false,
          redis: false,
          jetstream: false,
          mailServer: false,
          replicas: false,
          retention: false,
          rateLimit: false,
          traces: false,
          metrics: false,
        },
      });
      expect((await open.request('POST', `/v1/subscriptions/${READ_MODEL}/rebuild`)).status).toBe(202);
      await expectProblem(
        open.request('POST', '/v1/keys', { name: 'shop', scopes: ['read'] }),
        409,
        'no-managing-key',
      );
      expect((await open.request('GET', '/v1/keys')).body).toEqual({ items: [], next: null });
      const first = { name: 'first', scopes: ['keys:write'] };
      const { status, body } = await open.request<{ key: string }>('POST', '/v1/keys', first);
      expect(status).toBe(201);
      expect((await open.request('GET', '/v1/keys')).status).toBe(401);
      const authorization = `Bearer ${body.key}`;
      expect((await open.request('GET', '/v1/keys', undefined, { authorization })).status).toBe(200);
    } finally {
      await open.close();
      await own.drop();
    }
  });
});

describe('Migrations', () => {
  it('are listed with their states', async () => {
    const { body } = await call<{ items: { schema: string; state: string }[] }>('GET', '/v1/migrations');

    expect(body.items).toContainEqual({
      schema: 'event_log',
      name: 'EventLog1763600000000',
      state: 'applied',
    });
    expect(new Set(body.items.map(({ state }) => state))).toEqual(new Set(['applied']));
  });
});
