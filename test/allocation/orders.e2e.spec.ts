import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { OrderAnswer } from '../../src/allocation/queries/order-answer.js';
import type { Answer } from '../support/service.js';
import { expectInvalid, expectRefusal, Shop } from '../support/shop.js';

interface Problem {
  readonly type: string;
  readonly lines?: readonly object[];
}

let shop: Shop;
/** Each test has orders and SKUs of its own. */
let prefix: string;
let tests = 0;

beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

beforeEach(async () => {
  prefix = `t${++tests}-`;
  await shop.buy(`${prefix}c1`, chair(), 3);
  await shop.buy(`${prefix}c2`, chair(), 4, '2097-01-01');
  await shop.buy(`${prefix}t1`, table(), 5);
});

const chair = () => `${prefix}CHAIR`;
const table = () => `${prefix}TABLE`;
const path = (name = 'o1', rest = '') => `/v1/orders/${prefix}${name}${rest}`;
const chairs = (quantity: number, rest: object = {}) => ({ sku: chair(), quantity, ...rest });
const tables = (quantity: number) => ({ sku: table(), quantity });

type OrderOrProblem = Answer<OrderAnswer & Problem>;
type Headers = Readonly<Record<string, string>>;

const call = (method: string, at: string, body?: unknown, headers?: Headers): Promise<OrderOrProblem> =>
  shop.service.request<OrderAnswer & Problem>(method, at, body, headers);
const put = (lines: readonly object[], rest: object = {}, headers: Headers = {}) =>
  call('PUT', path(), { lines, ...rest }, headers);
const find = (headers: Headers = {}) => call('GET', path(), undefined, headers);
const confirm = (headers: Headers = {}) => call('POST', path('o1', '/confirm'), undefined, headers);
const cancel = (headers: Headers = {}) => call('DELETE', path(), undefined, headers);

/** A hold as if so many seconds had passed since it was made. */
const pass = (seconds: number) =>
  shop.service.get(DataSource).query(
    `with moved as (update allocation.line set expires_at = expires_at - make_interval(secs => $1)
                     where order_id = $2)
     update allocation.customer_order
        set created_at = created_at - make_interval(secs => $1),
            expires_at = expires_at - make_interval(secs => $1)
      where order_id = $2`,
    [seconds, `${prefix}o1`],
  );

function expectProblem(answer: OrderOrProblem, status: number, code: string, facts: object = {}): void {
  expect(answer.body).toMatchObject({ type: `urn:earmark:problem:${code}`, status, ...facts });
  expect(answer.status).toBe(status);
}

describe('The places of an order', () => {
  it('are those that its units come from, in their order, as the answer shows', async () => {
    for (const location of ['ams', 'rtm'])
      await call('POST', '/v1/batches', {
        ...{ reference: `${prefix}${location}`, sku: chair(), quantity: 10, location },
      });
    const { status, body } = await put([chairs(2)], { locations: ['rtm', 'ams'] });
    expect([status, body.locations]).toEqual([201, ['rtm', 'ams']]);
    expect(body.lines[0]!.claims).toMatchObject([{ batchReference: `${prefix}rtm`, location: 'rtm' }]);
    expect((await find()).body.locations).toEqual(['rtm', 'ams']);
    await call('PATCH', `/v1/batches/${prefix}rtm`, { quantity: 0 });
    expect((await find()).body.lines[0]!.claims).toMatchObject([{ location: 'ams' }]);
    await call('PATCH', `/v1/batches/${prefix}ams`, { quantity: 0 });
    expect((await find()).body.lines[0]).toMatchObject({ claims: [], state: 'refused' });
    expectProblem(await put([chairs(2)], { locations: ['rtm'] }), 409, 'out-of-stock');
  });

  it.each([[[]], [['ams', 'ams']], [['']], ['ams'], [null], [Array.from({ length: 21 }, (_, i) => `p${i}`)]])(
    'cannot be %j',
    async (locations) =>
      expectInvalid(
        await put([chairs(1)], { locations }),
        path(),
        'locations',
        'locations must be a list of 1 to 20 different codes.',
      ),
  );
});

describe('PUT of an order', () => {
  it('answers 201 with the order, its version and where it is', async () => {
    const answer = await put([tables(2), chairs(4, { neededBy: '2097-02-01' })], {
      priority: 7,
      channel: 'web',
      shipComplete: true,
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(path());
    expect(answer.headers.get('etag')).toBe(`"${answer.body.version}"`);
    const rest = { split: false, overdue: false, shipped: 0, returned: 0 };
    expect(answer.body).toEqual({
      orderId: `${prefix}o1`,
      state: 'allocated',
      version: expect.stringMatching(/^1-[0-9a-f]{16}$/),
      expiresAt: null,
      priority: 7,
      channel: 'web',
      locations: null,
      shipComplete: true,
      promisedDate: '2097-01-01',
      lines: [
        {
          ...{ sku: chair(), quantity: 4, state: 'allocated', neededBy: '2097-02-01', ...rest },
          claims: [{ batchReference: `${prefix}c2`, location: 'main', quantity: 4, eta: '2097-01-01' }],
          ...{ promisedDate: '2097-01-01', expectedDate: '2097-01-01' },
        },
        {
          ...{ sku: table(), quantity: 2, state: 'allocated', neededBy: null, ...rest },
          claims: [{ batchReference: `${prefix}t1`, location: 'main', quantity: 2, eta: null }],
          ...{ promisedDate: null, expectedDate: null },
        },
      ],
    });
  });

  it('answers the same order again with 200 and the same version', async () => {
    const first = await put([chairs(2)]);
    const again = await put([chairs(2)]);
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
  });

  it('replaces the lines of the order, and shows the claims of one that is split', async () => {
    await put([tables(1)]);
    const { status, body } = await put([chairs(5, { split: true })]);
    expect(status).toBe(200);
    expect(body.lines).toMatchObject([
      {
        split: true,
        claims: [
          { batchReference: `${prefix}c1`, quantity: 3, eta: null },
          { batchReference: `${prefix}c2`, quantity: 2, eta: '2097-01-01' },
        ],
        promisedDate: '2097-01-01',
      },
    ]);
    expect((await shop.product(table())).body.available).toBe(5);
  });

  it('refuses an order with a short line, names the short lines alone and changes nothing', async () => {
    await put([tables(1)]);
    const before = await find();
    const line = { sku: chair(), requested: 4, available: 3, earliest: '2097-01-01' };
    expectProblem(await put([tables(2), chairs(4, { neededBy: '2096-12-31' })]), 409, 'out-of-stock', {
      orderId: `${prefix}o1`,
      lines: [line],
    });
    expect((await find()).body).toEqual(before.body);
  });

  it('leaves out a short line if it is to skip it, and says so in this answer alone', async () => {
    const { status, body } = await put([tables(1), chairs(9)], { whenShort: 'skip' });
    expect(status).toBe(201);
    expect(body.lines).toMatchObject([
      { sku: table(), state: 'allocated' },
      {
        sku: chair(),
        quantity: 9,
        state: 'refused',
        claims: [],
        refusal: { requested: 9, available: 4, earliest: null },
      },
    ]);
    expect((await find()).body.lines.map(({ sku }) => sku)).toEqual([table()]);
  });

  it('rejects an unknown SKU and one that comes twice', async () => {
    const unknown = { sku: `${prefix}SOFA`, quantity: 1 };
    expectProblem(await put([chairs(1), unknown]), 422, 'unknown-sku', { sku: unknown.sku });
    expectProblem(await put([chairs(1), tables(1), chairs(2)]), 422, 'duplicate-sku', { sku: chair() });
    expectProblem(await find(), 404, 'unknown-order');
  });

  it('with If-None-Match: * creates, and replaces nothing', async () => {
    const any = { 'if-none-match': '*' };
    expect((await put([chairs(1)], {}, any)).status).toBe(201);
    expectProblem(await put([chairs(2)], {}, any), 412, 'version-mismatch');
    expect((await find()).body.lines).toMatchObject([{ quantity: 1 }]);
    expectProblem(await put([chairs(2)], {}, { 'if-none-match': '"1"' }), 400, 'validation-failed');
  });

  it('with If-Match replaces only what the caller has seen', async () => {
    const seen = (await put([chairs(1)])).headers.get('etag')!;
    expect((await put([chairs(2)], {}, { 'if-match': seen })).status).toBe(200);
    expectProblem(await put([chairs(3)], {}, { 'if-match': seen }), 412, 'version-mismatch', {
      seen: [seen.slice(1, -1)],
      version: (await find()).body.version,
    });
    expectProblem(
      await call('PUT', path('o2'), { lines: [chairs(1)] }, { 'if-match': seen }),
      412,
      'version-mismatch',
    );
  });

  it('with If-Match does not replace an order whose batch has changed since it was seen', async () => {
    const seen = (await put([chairs(4)])).headers.get('etag')!;
    await shop.change(`${prefix}c2`, { eta: '2097-02-01' });
    expectProblem(await put([chairs(3)], {}, { 'if-match': seen }), 412, 'version-mismatch');
  });

  it.each([
    ['no line', { lines: [] }, 'lines'],
    ['no units', () => ({ lines: [chairs(0)] }), 'lines.0.quantity'],
    ['a field that does not exist', () => ({ lines: [chairs(1)], colour: 'red' }), 'colour'],
    [
      'a day that does not exist',
      () => ({ lines: [chairs(1, { neededBy: '2097-02-30' })] }),
      'lines.0.neededBy',
    ],
    ['a hold that is too short', () => ({ lines: [chairs(1)], expiresInSeconds: 9 }), 'expiresInSeconds'],
    ['a hold that is too long', () => ({ lines: [chairs(1)], expiresInSeconds: 14_401 }), 'expiresInSeconds'],
    ['a priority above 9', () => ({ lines: [chairs(1)], priority: 10 }), 'priority'],
    ['another way with short lines', () => ({ lines: [chairs(1)], whenShort: 'wait' }), 'whenShort'],
    [
      'more than a hundred lines',
      { lines: Array.from({ length: 101 }, (_, i) => ({ sku: `S${i}`, quantity: 1 })) },
      'lines',
    ],
  ])('rejects an order with %s', async (_what, body, field) => {
    const answer = await call('PUT', path(), typeof body === 'function' ? body() : body);
    expectProblem(answer, 400, 'validation-failed', { errors: [{ field }] });
  });
});

describe('A hold', () => {
  const hold = (lines: readonly object[], expiresInSeconds = 600) => put(lines, { expiresInSeconds });

  it('is held until it expires, and then its units belong to the first caller that claims them', async () => {
    const { status, body } = await hold([chairs(3)]);
    expect([status, body.state, body.lines[0]!.state]).toEqual([201, 'held', 'held']);
    expect((await shop.availability(chair())).body.onHand).toBe(0);
    await pass(600);
    expect((await find()).body).toMatchObject({
      state: 'expired',
      lines: [{ state: 'refused', claims: [] }],
    });
    expect((await shop.availability(chair())).body.onHand).toBe(3);
    expect((await shop.order(`${prefix}other`, chair(), 3)).body).toMatchObject({
      batchReference: `${prefix}c1`,
    });
  });

  it('is confirmed once and for all', async () => {
    await hold([chairs(3)]);
    const confirmed = await confirm();
    expect([confirmed.status, confirmed.body.state, confirmed.body.expiresAt]).toEqual([
      200,
      'allocated',
      null,
    ]);
    expect(confirmed.headers.get('etag')).toBe(`"${confirmed.body.version}"`);
    const again = await confirm();
    expect([again.status, again.body]).toEqual([200, confirmed.body]);
  });

  it('that has expired is confirmed if its lines still fit', async () => {
    await hold([chairs(3)]);
    await pass(600);
    expect((await confirm()).body).toMatchObject({
      state: 'allocated',
      lines: [{ claims: [{ quantity: 3 }] }],
    });
  });

  it('that has expired is not confirmed if a line fits no more', async () => {
    await hold([chairs(3), tables(5)]);
    await pass(600);
    await shop.order(`${prefix}other`, table(), 1);
    expectProblem(await confirm(), 409, 'hold-expired', {
      lines: [{ sku: table(), requested: 5, available: 4, earliest: null }],
    });
    expect((await shop.product(chair())).body.available).toBe(7);
  });

  it('that has expired a day ago is not confirmed', async () => {
    await hold([chairs(3)]);
    await pass(600 + 86_400);
    expectProblem(await confirm(), 409, 'hold-expired', { lines: [] });
  });

  it('is extended by putting it again, and only as long as holds may last', async () => {
    const { body: first } = await hold([chairs(3)]);
    await pass(300);
    const { status, body } = await hold([chairs(3)]);
    expect(status).toBe(200);
    expect(Date.parse(body.expiresAt!)).toBeGreaterThanOrEqual(Date.parse(first.expiresAt!));
    await pass(86_400);
    expectProblem(await hold([chairs(3)]), 409, 'hold-expired');
  });

  it('cannot be made of a firm order', async () => {
    await put([chairs(1)]);
    expectProblem(await hold([chairs(1)]), 409, 'order-firm', { orderId: `${prefix}o1` });
  });

  it('that nobody knows cannot be confirmed', async () => {
    expectProblem(await confirm(), 404, 'unknown-order');
  });

  it('is confirmed with If-Match only as it was seen', async () => {
    const seen = (await hold([chairs(1)])).headers.get('etag')!;
    await hold([chairs(2)]);
    expectProblem(await confirm({ 'if-match': seen }), 412, 'version-mismatch');
    expect((await find()).body.state).toBe('held');
  });
});

describe('GET of an order', () => {
  it('answers with its ETag, and 304 to who has it already', async () => {
    await put([chairs(1)]);
    const { status, headers } = await find();
    expect(status).toBe(200);
    const etag = headers.get('etag')!;
    const unchanged = await find({ 'if-none-match': etag });
    expect([unchanged.status, unchanged.body]).toEqual([304, '']);
    await put([chairs(2)]);
    expect((await find({ 'if-none-match': etag })).status).toBe(200);
  });

  it('shows an order that is loose lines only', async () => {
    await shop.order(`${prefix}o1`, chair(), 2);
    expect((await find()).body).toMatchObject({
      state: 'allocated',
      version: expect.stringMatching(/^0-/),
      lines: [{ sku: chair(), quantity: 2, claims: [{ batchReference: `${prefix}c1` }] }],
    });
  });

  it('shows a line that its batch has lost as refused, and the order as partly allocated', async () => {
    await put([chairs(3), tables(5)]);
    await shop.change(`${prefix}t1`, { quantity: 4 });
    expect((await find()).body).toMatchObject({
      state: 'partly-allocated',
      lines: [{ state: 'allocated' }, { state: 'refused', claims: [] }],
    });
  });

  it('answers 404 for an order that nobody knows', async () => {
    expectRefusal(await find(), {
      status: 404,
      code: 'unknown-order',
      title: 'Unknown order',
      detail: `Order ${prefix}o1 has no allocations.`,
      instance: path(),
      orderId: `${prefix}o1`,
    });
  });
});

describe('DELETE of an order', () => {
  it('releases everything, and the order stays cancelled for every late call', async () => {
    await put([chairs(3), tables(1)]);
    expect((await cancel()).status).toBe(204);
    expect((await find()).body).toMatchObject({ state: 'cancelled', lines: [] });
    expect((await shop.product(chair())).body.available).toBe(7);
    for (const late of [
      put([chairs(1)]),
      confirm(),
      call('POST', '/v1/allocations', { orderId: `${prefix}o1`, ...chairs(1) }),
    ])
      expectProblem(await late, 409, 'order-cancelled', { orderId: `${prefix}o1` });
    expect((await cancel()).status).toBe(204);
  });

  it('can be taken back with reopen', async () => {
    await put([chairs(3)]);
    await cancel();
    const { status, body } = await put([chairs(2)], { reopen: true });
    expect([status, body.state]).toEqual([200, 'allocated']);
  });

  it('cancels loose lines as well', async () => {
    await shop.order(`${prefix}o1`, chair(), 2);
    expect((await cancel()).status).toBe(204);
    expect((await shop.order(`${prefix}o1`, chair(), 2)).status).toBe(409);
  });

  it('answers 404 for an order that nobody knows, and 412 for one that has changed', async () => {
    expectProblem(await cancel(), 404, 'unknown-order');
    const seen = (await put([chairs(1)])).headers.get('etag')!;
    await put([chairs(2)]);
    expectProblem(await cancel({ 'if-match': seen }), 412, 'version-mismatch');
    expect((await find()).body.state).toBe('allocated');
  });
});

describe('A single line of an order that was put', () => {
  const allocate = (line: object) => call('POST', '/v1/allocations', { orderId: `${prefix}o1`, ...line });

  it('becomes a line of the order', async () => {
    await put([chairs(1)]);
    expect((await allocate(tables(2))).status).toBe(201);
    expect((await find()).body.lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      [chair(), 1],
      [table(), 2],
    ]);
  });

  it('is deallocated as a line of the order', async () => {
    await put([chairs(1), tables(2)]);
    expect((await shop.giveBack(`${prefix}o1`, chair())).status).toBe(204);
    expect((await find()).body.lines.map(({ sku }) => sku)).toEqual([table()]);
    expect((await shop.giveBackAll(`${prefix}o1`)).status).toBe(204);
    expectProblem(await find(), 404, 'unknown-order');
  });

  it('may be split and needed by a day, like a loose line', async () => {
    const { status, body } = await allocate(chairs(5, { split: true }));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      batchReference: `${prefix}c2`,
      eta: '2097-01-01',
      claims: [
        { batchReference: `${prefix}c1`, quantity: 3, eta: null },
        { batchReference: `${prefix}c2`, quantity: 2, eta: '2097-01-01' },
      ],
    });
    const { orderId, ...item } = body as { orderId: string };
    expect((await shop.get(`/v1/orders/${orderId}/allocations`)).body).toEqual({ orderId, items: [item] });
    const late = { orderId: `${prefix}o2`, ...chairs(2, { neededBy: '2096-12-31' }) };
    expectProblem(await call('POST', '/v1/allocations', late), 409, 'out-of-stock', {
      available: 0,
      earliest: '2097-01-01',
    });
  });
});

describe('GET of the orders', () => {
  const list = async (query: string) =>
    (await shop.get<{ items: OrderAnswer[]; next: string | null }>(`/v1/orders?${query}`)).body;
  const names = (items: readonly OrderAnswer[]) => items.map(({ orderId }) => orderId.slice(prefix.length));

  beforeEach(async () => {
    const putAs = (name: string, lines: readonly object[], rest: object = {}) =>
      call('PUT', path(name), { lines, channel: `${prefix}web`, ...rest });
    await putAs('o1', [chairs(1)]);
    await putAs('o2', [chairs(1), tables(1)]);
    await putAs('o3', [tables(1)], { expiresInSeconds: 600 });
    await putAs('o4', [tables(1)], { channel: `${prefix}shop` });
    await call('DELETE', path('o2'));
    await shop.order(`${prefix}loose`, chair(), 1);
  });

  it('answers with the newest first, page by page, and without loose lines', async () => {
    const first = await list(`sku=${table()}&limit=1`);
    expect([names(first.items), first.next]).toEqual([['o4'], `${prefix}o4`]);
    const rest = await list(`sku=${table()}&limit=1&after=${first.next}`);
    expect([names(rest.items), rest.next]).toEqual([['o3'], null]);
    expect(rest.items[0]).toEqual((await call('GET', path('o3'))).body);
  });

  it('says so if the order to go on after is gone, instead of ending early', async () => {
    await shop.giveBackAll(`${prefix}o3`);
    expectProblem(await call('GET', `/v1/orders?after=${prefix}o3`), 404, 'unknown-order');
    const rest = await list(`channel=${prefix}web&after=${prefix}o2`);
    expect(names(rest.items)).toEqual(['o1']);
  });

  it.each([
    ['state=cancelled', ['o2']],
    ['state=held', ['o3']],
    ['state=allocated', ['o1']],
    ['state=expired', []],
  ])('answers with those of %s alone', async (query, expected) => {
    expect(names((await list(`channel=${prefix}web&${query}`)).items)).toEqual(expected);
  });

  it('answers with those of a channel, and of a SKU', async () => {
    expect(names((await list(`channel=${prefix}web`)).items)).toEqual(['o3', 'o2', 'o1']);
    expect(names((await list(`channel=${prefix}shop`)).items)).toEqual(['o4']);
    expect(names((await list(`sku=${chair()}`)).items)).toEqual(['o1']);
  });

  it('rejects a state that does not exist', async () => {
    expectProblem(await call('GET', '/v1/orders?state=lost'), 400, 'validation-failed', {
      errors: [{ field: 'state' }],
    });
  });
});

describe('POST of availability', () => {
  const ask = (items: readonly object[], by?: string) =>
    call('POST', '/v1/availability', { items, ...(by !== undefined && { by }) }) as Promise<Answer<unknown>>;

  it('answers for a whole cart in its order, unknown SKUs included', async () => {
    const answer = await ask([{ sku: `${prefix}SOFA`, quantity: 1 }, chairs(4), { sku: table() }]);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      items: [
        { sku: `${prefix}SOFA`, known: false, version: null, onHand: 0, inbound: [], promise: null },
        {
          ...{ sku: chair(), known: true, version: 2, onHand: 3 },
          inbound: [{ eta: '2097-01-01', available: 4 }],
          promise: { batchReference: `${prefix}c2`, eta: '2097-01-01' },
        },
        { sku: table(), known: true, onHand: 5, inbound: [], promise: null },
      ],
    });
  });

  it('counts only what comes by a day', async () => {
    const items = [chairs(4), chairs(3)];
    expect((await ask(items, '2096-12-31')).body).toMatchObject({
      items: [
        { onHand: 3, inbound: [], promise: null },
        { onHand: 3, inbound: [], promise: { batchReference: `${prefix}c1` } },
      ],
    });
    expect((await ask(items, '2097-01-01')).body).toMatchObject({
      items: [{ inbound: [{ available: 4 }], promise: { batchReference: `${prefix}c2` } }, {}],
    });
  });

  it('rejects more than 500 items', async () => {
    const answer = await ask(Array.from({ length: 501 }, (_, i) => ({ sku: `S${i}` })));
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'items' }] } });
  });
});

describe('A path of an order', () => {
  it('rejects an id that no order can have', async () => {
    const answer = await call('PUT', '/v1/orders/%20x', { lines: [chairs(1)] });
    expectInvalid(
      answer,
      '/v1/orders/%20x',
      'orderId',
      (answer.body as unknown as { detail: string }).detail,
    );
  });
});
