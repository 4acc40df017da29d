import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { startService, type Answer, type RunningService } from '../../support/service.js';

// Many calls, while other tests use the same machine.

const CALLERS = 120;

interface Body {
  readonly type?: string;
}

interface Logged {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly causationId: string | null;
  readonly correlationId: string;
  readonly batch: string;
  readonly handledBy: readonly string[] | null;
}

let database: TestDatabase;
let sql: pg.Client;
let instances: [RunningService, RunningService];
let skus = 0;
let sku = '';

beforeAll(async () => {
  database = await freshDatabase();
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  instances = await Promise.all([startService(database.url), startService(database.url)]);
});

beforeEach(() => {
  sku = `TABLE-${++skus}`;
});

afterAll(async () => {
  await sql.end();
  await Promise.all(instances.map((instance) => instance.close()));
  await database.drop();
});

const call = (n: number, method: string, path: string, body?: object): Promise<Answer<Body>> =>
  instances[n % 2]!.request<Body>(method, path, body);
const register = (n: number, reference: string, its = sku, quantity = 1) =>
  call(n, 'POST', '/v1/batches', { reference, sku: its, quantity });
const together = <T>(work: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: CALLERS }, (_, n) => work(n)));

async function eventsOf(prefix: string): Promise<Logged[]> {
  const { rows } = await sql.query<Logged>(
    `select id, type, key, causation_id as "causationId", correlation_id as "correlationId",
            data->>'batchReference' as batch, handled_by as "handledBy"
       from event_log.event where key like $1 || '%' order by position`,
    [prefix],
  );
  return rows;
}

/** The batches of a product as `batches` and as allocation have them, which is the same once nothing is under way. */
async function onBothSides(its = sku): Promise<{ paper: string[]; stock: string[] }> {
  const references = async (table: string) => {
    const { rows } = await sql.query<{ reference: string }>(
      `select reference from ${table} where sku = $1 order by reference`,
      [its],
    );
    return rows.map(({ reference }) => reference);
  };
  return { paper: await references('batches.batch'), stock: await references('allocation.batch') };
}

async function deadlocks(): Promise<number> {
  const { rows } = await sql.query<{ deadlocks: string }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return Number(rows[0]!.deadlocks);
}

describe('A registration on two instances', () => {
  it('adds each of many batches of one SKU once, with one event each, and raises the version with each transaction', async () => {
    const answers = await together((n) => register(n, `${sku}-${n}`));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));

    const { paper, stock } = await onBothSides();
    expect(paper).toHaveLength(CALLERS);
    expect(stock).toEqual(paper);
    const events = await eventsOf(sku);
    expect(events.map(({ batch }) => batch).sort()).toEqual(paper);
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['BatchRegistered']));
    const { body } = await instances[0].request<{ version: number; available: number }>(
      'GET',
      `/v1/products/${sku}`,
    );
    const { rows } = await sql.query<{ transactions: number }>(
      'select count(distinct xmin::text)::int as transactions from batches.batch where sku = $1',
      [sku],
    );
    expect(body).toMatchObject({ available: CALLERS, version: rows[0]!.transactions });
  });

  it('is noted on its event, so that no reader adds the batch a second time', async () => {
    await register(0, sku);
    expect(await eventsOf(sku)).toMatchObject([{ type: 'BatchRegistered', handledBy: ['allocation.stock'] }]);
    await call(1, 'PATCH', `/v1/batches/${sku}`, { quantity: 5 });
    expect((await eventsOf(sku))[1]).toMatchObject({ type: 'BatchQuantityChanged', handledBy: null });
    expect((await call(0, 'GET', `/v1/products/${sku}`)).body).toMatchObject({ version: 2, available: 5 });
  });

  it('of the first batches of new SKUs, from both instances at once and in opposite order, never deadlocks', async () => {
    const before = await deadlocks();
    const half = CALLERS / 2;
    const answers = await together((n) => {
      const product = n < half ? n : CALLERS - 1 - n;
      return register(n < half ? 0 : 1, `${sku}-${product}-${n < half ? 'a' : 'b'}`, `${sku}-${product}`);
    });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    for (let product = 0; product < half; product++) {
      const references = ['a', 'b'].map((side) => `${sku}-${product}-${side}`);
      expect(await onBothSides(`${sku}-${product}`)).toEqual({ paper: references, stock: references });
    }
    expect(await deadlocks()).toBe(before);
  });

  it('is repeated by both at once, and registers each batch once', async () => {
    const answers = await together((n) => register(n, `${sku}-${n >> 1}`));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(CALLERS / 2);
    expect(statuses.filter((status) => status === 200)).toHaveLength(CALLERS / 2);
    const { paper, stock } = await onBothSides();
    expect(paper).toHaveLength(CALLERS / 2);
    expect(stock).toEqual(paper);
    expect(await eventsOf(sku)).toHaveLength(CALLERS / 2);
  });

  it('of two SKUs under one reference goes to one of them, and is a conflict for the other', async () => {
    const answers = await together((n) => register(n, `${sku}-${n >> 1}`, `${sku}-${n % 2}`));
    for (let pair = 0; pair < CALLERS / 2; pair++) {
      const two = answers.slice(2 * pair, 2 * pair + 2).map(({ status }) => status);
      expect(two.sort()).toEqual([201, 409]);
    }
    const sides = [await onBothSides(`${sku}-0`), await onBothSides(`${sku}-1`)];
    for (const { paper, stock } of sides) expect(stock).toEqual(paper);
    expect(sides.flatMap(({ paper }) => paper)).toHaveLength(CALLERS / 2);
  });

  it('that is refused does not affect those that share its transaction', async () => {
    await register(0, `${sku}-taken`);
    const answers = await together((n) =>
      n % 10 === 0 ? register(0, `${sku}-taken`, sku, 2) : register(0, `${sku}-${n}`),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, n) => (n % 10 === 0 ? 409 : 201)));
    const { paper, stock } = await onBothSides();
    expect(stock).toEqual(paper);
    expect(paper).toHaveLength(1 + 0.9 * CALLERS);
  });

  it('and allocations of the same SKUs do not wait for each other in a circle', async () => {
    const products = [0, 1, 2, 3].map((n) => `${sku}-${n}`);
    for (const product of products) await register(0, `${product}-first`, product, 1);
    const before = await deadlocks();
    const answers = await together(async (n) => {
      const product = products[n % 4]!;
      const order = { orderId: `${sku}-${n}`, sku: product, quantity: 1 };
      const registered = await register(n, `${product}-${n}`, product);
      const lines = products.map((each) => ({ sku: each, quantity: 1 }));
      if (n % 5 === 0) await call(n + 1, 'PUT', `/v1/orders/${sku}-whole-${n}`, { lines });
      return [registered.status, (await call(n + 1, 'POST', '/v1/allocations', order)).status];
    });
    const statuses = answers.flat().filter((status) => status !== 201);
    // Whole orders took some of the units.
    expect(new Set(statuses)).toEqual(new Set([409]));
    expect(await deadlocks()).toBe(before);
    const { rows } = await sql.query('select from allocation.batch where allocated > quantity');
    expect(rows).toHaveLength(0);
  });
});

describe('The transaction of a registration', () => {
  it('serves the lines that wait, after the registration and because of it', async () => {
    await register(0, `${sku}-first`);
    for (const n of [1, 2]) {
      const order = { orderId: `${sku}-${n}`, sku, quantity: 3, whenShort: 'backorder' };
      expect(await call(n, 'POST', '/v1/allocations', order)).toMatchObject({ status: 202 });
    }
    const logged = (await eventsOf(sku)).length;
    expect(await register(1, `${sku}-second`, sku, 6)).toMatchObject({ status: 201 });

    const [registered, ...served] = (await eventsOf(sku)).slice(logged);
    expect(registered).toMatchObject({ type: 'BatchRegistered', causationId: null });
    const because = { causationId: registered!.id, correlationId: registered!.correlationId };
    expect(served).toMatchObject([
      { type: 'LineAllocated', batch: `${sku}-second`, ...because },
      { type: 'LineAllocated', batch: `${sku}-second`, ...because },
    ]);
  });

  it('leaves nothing on either side if it cannot append its event', async () => {
    await sql.query(`
      create function refuse_${skus}() returns trigger language plpgsql as $$
      begin
        if new.key = '${sku}' then raise exception 'not this one'; end if;
        return new;
      end $$;
      create trigger refuse_${skus} before insert on event_log.event
        for each row execute function refuse_${skus}()`);
    const [failed, ...others] = await Promise.all([
      register(0, sku),
      ...[1, 2, 3].map((n) => register(0, `${sku}-${n}`, `${sku}-ELSE`)),
    ]);
    expect(failed).toMatchObject({ status: 500 });
    expect(others.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(await onBothSides()).toEqual({ paper: [], stock: [] });
    await sql.query(`drop trigger refuse_${skus} on event_log.event`);

    expect(await register(1, sku)).toMatchObject({ status: 201 });
    expect(await onBothSides()).toEqual({ paper: [sku], stock: [sku] });
  });
});

describe('An event of a registration that nobody took part in, as the version before writes it', () => {
  it('is handled by the reader, once and before the changes of the batch', async () => {
    const data = (rest: object) => JSON.stringify({ batchReference: sku, sku, ...rest });
    await sql.query(
      `insert into event_log.event (id, type, version, key, correlation_id, data)
       select gen_random_uuid(), type, 1, $1, 'test', data::jsonb
         from unnest($2::text[], $3::text[]) with ordinality as e (type, data, place) order by place`,
      [
        sku,
        ['BatchRegistered', 'BatchQuantityChanged'],
        [data({ quantity: 10, eta: null }), data({ quantity: 7, previousQuantity: 10 })],
      ],
    );
    await untilRead();
    expect((await call(1, 'GET', `/v1/products/${sku}`)).body).toMatchObject({ quantity: 7, available: 7 });
  });

  it('changes nothing if the batch is there already, as for a reader of the version before', async () => {
    await register(0, sku);
    await call(0, 'POST', '/v1/allocations', { orderId: sku, sku, quantity: 1 });
    await sql.query(
      `with unnoted as (
         update event_log.event set handled_by = null where key = $1 and type = 'BatchRegistered' returning position
       )
       update event_log.subscription set position = (select position - 1 from unnoted) where name = 'allocation.stock'`,
      [sku],
    );
    await untilRead();
    expect((await call(1, 'GET', `/v1/products/${sku}`)).body).toMatchObject({
      ...{ version: 2, quantity: 1, allocated: 1 },
      batches: [{ reference: sku, allocated: 1 }],
    });
  });

  /** The answer to a change waits until the reader has come as far. */
  async function untilRead(): Promise<void> {
    await register(0, `${sku}-other`, `${sku}-OTHER`);
    expect((await call(0, 'PATCH', `/v1/batches/${sku}-other`, { quantity: 2 })).status).toBe(200);
  }
});
