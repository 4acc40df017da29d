import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { due } from '../support/now.js';
import { expectInvalid, expectRefusal, Shop } from '../support/shop.js';
import { untouched } from './batch.fixture.js';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

describe('POST of a batch', () => {
  it('answers with the batch, its path and its version', async () => {
    const answer = await shop.buy('PO-1', 'TABLE', 10, '2027-01-31');

    expect(answer.status).toBe(201);
    const dates = due('2027-01-31');
    const figures = untouched(10, dates.eta);
    expect(answer.body).toEqual({ reference: 'PO-1', sku: 'TABLE', quantity: 10, ...dates, ...figures });
    expect(answer.headers.get('location')).toBe('/v1/batches/PO-1');
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await shop.batch('PO-1')).toMatchObject({ status: 200, body: answer.body });
  });

  it('registers a batch without a date as on hand, as with null', async () => {
    expect((await shop.buy('PO-2', 'TABLE', 2_147_483_647)).body).toMatchObject({ eta: null });
    expect((await shop.buy('PO-2', 'TABLE', 2_147_483_647, null)).status).toBe(200);
  });

  it('tells where it is, until when it can be used and who it was bought from', async () => {
    const lot = { location: 'attic', bestBefore: '2030-06-30', supplier: 'Oak & Sons' };
    const bought = { reference: 'PO-L1', sku: 'MILK', quantity: 10, ...lot };
    const post = (body: object) => shop.service.request('POST', '/v1/batches', body);
    expect(await post(bought)).toMatchObject({ status: 201, body: { ...lot, blocked: false } });
    expect(await post(bought)).toMatchObject({ status: 200, body: lot });
    for (const other of [{ location: 'main' }, { bestBefore: null }, { supplier: 'Elm' }])
      expect((await post({ ...bought, ...other })).status).toBe(409);
    expect((await shop.product('MILK')).body.batches).toMatchObject([
      { location: 'attic', bestBefore: '2030-06-30', blocked: false },
    ]);
    await shop.order('o-milk', 'MILK', 2);
    expect((await shop.get('/v1/orders/o-milk')).body).toMatchObject({
      lines: [{ claims: [{ batchReference: 'PO-L1', location: 'attic' }] }],
    });
  });

  it('that is blocked gives nothing new, and keeps its claims', async () => {
    await shop.buy('PO-L2', 'CREAM', 10);
    await shop.order('o-cream', 'CREAM', 2);
    expect(await shop.change('PO-L2', { blocked: true })).toMatchObject({
      status: 200,
      body: { blocked: true },
    });
    expect((await shop.order('o-cream-2', 'CREAM', 1)).status).toBe(409);
    expect((await shop.availability('CREAM', 1)).body).toMatchObject({ onHand: 0, promise: null });
    expect((await shop.get('/v1/orders/o-cream/allocations')).status).toBe(200);
    await shop.change('PO-L2', { blocked: false, bestBefore: '2026-05-31' });
    expect((await shop.order('o-cream-2', 'CREAM', 1)).status).toBe(409);
    await shop.change('PO-L2', { bestBefore: null });
    expect((await shop.order('o-cream-2', 'CREAM', 1)).status).toBe(201);
  });

  it('answers a repeated registration with the batch as it now is', async () => {
    await shop.buy('PO-3', 'TABLE', 10, '2027-01-31');
    await shop.change('PO-3', { quantity: 4, eta: null });

    const again = await shop.buy('PO-3', 'TABLE', 10, '2027-01-31');

    expect(again.status).toBe(200);
    expect(again.body).toEqual({
      reference: 'PO-3',
      sku: 'TABLE',
      quantity: 4,
      ...due(null),
      ...untouched(4, null),
    });
    expect(again.headers.get('etag')).toBe('"2"');
    expect(again.headers.get('location')).toBeNull();
  });

  it.each([
    ['another SKU', 'CHAIR', 10, '2027-01-31'],
    ['another quantity', 'LAMP', 11, '2027-01-31'],
    ['another date', 'LAMP', 10, '2027-02-01'],
    ['no date', 'LAMP', 10, null],
    ['what it has become since', 'LAMP', 4, '2027-03-01'],
  ])('answers with a conflict if the reference was registered with %s', async (_, sku, quantity, eta) => {
    await shop.buy('PO-4', 'LAMP', 10, '2027-01-31');
    await shop.change('PO-4', { quantity: 4, eta: '2027-03-01' });

    expectRefusal(await shop.buy('PO-4', sku, quantity, eta), {
      status: 409,
      code: 'batch-conflict',
      title: 'Batch conflict',
      detail:
        sku === 'LAMP'
          ? 'Batch PO-4 was registered with another SKU, quantity or ETA, or with other facts.'
          : 'Batch PO-4 was registered with the SKU LAMP, and a reference belongs to one SKU: ' +
            'give CHAIR another reference.',
      instance: '/v1/batches',
      reference: 'PO-4',
    });
    expect((await shop.batch('PO-4')).body).toMatchObject({ sku: 'LAMP', quantity: 4 });
  });

  it('registers a batch once for two callers at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => shop.buy('PO-5', 'TABLE', 1)));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
  });
});

describe('A batch that was never registered', () => {
  const unknown = {
    status: 404,
    code: 'unknown-batch',
    title: 'Unknown batch',
    detail: 'There is no batch PO-404.',
    instance: '/v1/batches/PO-404',
    reference: 'PO-404',
  };

  it('cannot be read', async () => {
    expectRefusal(await shop.batch('PO-404'), unknown);
  });

  it.each([undefined, '"1"', '*'])('cannot be changed with If-Match %s', async (ifMatch) => {
    expectRefusal(await shop.change('PO-404', { quantity: 1 }, ifMatch), unknown);
  });
});

describe('PATCH of a batch', () => {
  it.each([
    ['its quantity', { quantity: 7 }, { quantity: 7, eta: '2027-01-31' }],
    ['its quantity to nothing', { quantity: 0 }, { quantity: 0, eta: '2027-01-31' }],
    ['its date', { eta: '2027-02-28' }, { quantity: 10, eta: '2027-02-28' }],
    ['that it has arrived', { eta: null }, { quantity: 10, eta: null }],
    ['both, at one version', { quantity: 12, eta: null }, { quantity: 12, eta: null }],
  ])('answers with the batch as it now is: %s', async (what, change, changed) => {
    await shop.buy(what, 'BENCH', 10, '2027-01-31');

    const answer = await shop.change(what, change);

    expect(answer.status).toBe(200);
    const figures = untouched(changed.quantity, changed.eta);
    expect(answer.body).toEqual({
      reference: what,
      sku: 'BENCH',
      ...changed,
      ...due(changed.eta),
      ...figures,
    });
    expect(answer.headers.get('etag')).toBe('"2"');
    expect(await shop.batch(what)).toMatchObject({ body: answer.body });
  });

  it.each([
    ['nothing is named', {}],
    ['it is so already', { quantity: 10, eta: '2027-01-31' }],
  ])('keeps the version if %s', async (why, change) => {
    await shop.buy(why, 'BENCH', 10, '2027-01-31');

    const answer = await shop.change(why, change);

    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe('"1"');
  });
});

describe('PATCH of where a batch is', () => {
  const claimed = (reference: string, units: number) => ({
    status: 409,
    code: 'batch-claimed',
    title: 'Batch claimed',
    detail: `Batch ${reference} cannot be moved while ${units} of its units are claimed.`,
    instance: `/v1/batches/${reference}`,
    reference,
    claimed: units,
  });
  const put = (orderId: string, sku: string, quantity: number, rest: object) =>
    shop.service.request('PUT', `/v1/orders/${orderId}`, { lines: [{ sku, quantity }], ...rest });

  it('moves a batch of which nothing is claimed, together with what else changes', async () => {
    await shop.buy('PO-M1', 'OIL', 10, '2027-01-31');
    const change = { location: 'attic', quantity: 8, bestBefore: '2030-01-01', eta: null };
    const answer = await shop.change('PO-M1', change, '"1"');
    expect(answer).toMatchObject({ status: 200, body: change });
    expect(answer.headers.get('etag')).toBe('"2"');
    expect((await shop.batch('PO-M1')).body).toEqual(answer.body);
    expect((await shop.product('OIL')).body.batches).toMatchObject([
      { reference: 'PO-M1', location: 'attic', bestBefore: '2030-01-01', quantity: 8 },
    ]);
    expect((await put('o-oil-1', 'OIL', 1, { locations: ['main'] })).status).toBe(409);
    expect((await put('o-oil-1', 'OIL', 1, { locations: ['attic'] })).status).toBe(201);
    expect((await shop.buy('PO-M1', 'OIL', 10, '2027-01-31')).status).toBe(200);
  });

  it.each([
    ['a line', { lines: [{ sku: 'SALT', quantity: 3 }] }],
    ['a hold', { lines: [{ sku: 'SALT', quantity: 3 }], expiresInSeconds: 600 }],
  ])('is refused while %s claims units, and then nothing else changes either', async (what, order) => {
    const reference = `PO-M2-${what.replace(' ', '-')}`;
    await shop.buy(reference, 'SALT', 3);
    await shop.service.request('PUT', `/v1/orders/o-salt-${reference}`, order);
    const change = { location: 'attic', quantity: 10, blocked: true };
    expectRefusal(await shop.change(reference, change), claimed(reference, 3));
    const same = await shop.change(reference, { location: 'main' });
    expect(same).toMatchObject({ body: { location: 'main', quantity: 3, blocked: false } });
    expect(same.headers.get('etag')).toBe('"1"');
    await shop.delete(`/v1/orders/o-salt-${reference}`);
    expect(await shop.change(reference, change)).toMatchObject({ status: 200, body: change });
  });

  it('is refused for an older version than the one that stands, before anybody looks at claims', async () => {
    await shop.buy('PO-M3', 'RYE', 10);
    await shop.order('o-rye', 'RYE', 1);
    expect((await shop.change('PO-M3', { location: 'attic' }, '"9"')).status).toBe(412);
    expect((await shop.change('PO-404', { location: 'attic' })).status).toBe(404);
    expect(await shop.change('PO-M3', { location: ' ' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'location' }] },
    });
  });

  it('gives the units to a line that waits for them there', async () => {
    await shop.buy('PO-M4', 'CORK', 4);
    const order = { locations: ['attic'], whenShort: 'backorder' };
    expect((await put('o-cork', 'CORK', 4, order)).body).toMatchObject({ state: 'backordered' });
    expect((await shop.change('PO-M4', { location: 'attic' })).status).toBe(200);
    expect((await shop.get('/v1/orders/o-cork')).body).toMatchObject({
      lines: [{ state: 'allocated', claims: [{ batchReference: 'PO-M4', location: 'attic' }] }],
    });
    const { items } = (await shop.events({ limit: 500 })).body;
    expect(items.slice(-2)).toMatchObject([
      { type: 'BatchMoved', data: { batchReference: 'PO-M4', location: 'attic', previousLocation: 'main' } },
      { type: 'LineAllocated', data: { orderId: 'o-cork', from: 'backorder' } },
    ]);
  });
});

describe('If-Match', () => {
  /** A batch at version 2 of 5 units. */
  const batchAtVersionTwo = async (reference: string) => {
    await shop.buy(reference, 'SHELF', 10);
    await shop.change(reference, { quantity: 5 });
  };

  it.each(['"2"', '*', ' * ', '"1", "2"', '"9" ,"2",', 'W/"2"', '"2-gzip"', 'W/"1", W/"2"'])(
    'allows a change if it names the current version: %s',
    async (ifMatch) => {
      await batchAtVersionTwo(`passes ${ifMatch}.`);

      const answer = await shop.change(`passes ${ifMatch}.`, { quantity: 4 }, ifMatch);

      expect(answer.status).toBe(200);
      expect(answer.headers.get('etag')).toBe('"3"');
    },
  );

  it.each([
    ['"1"', [1]],
    ['"1", "3"', [1, 3]],
    ['W/"1"', [1]],
    ['"02"', []],
    ['""', []],
    ['"two"', []],
  ])('rejects a change if it names another version: %s', async (ifMatch, seen) => {
    const reference = `stale ${ifMatch}`;
    await batchAtVersionTwo(reference);

    expectRefusal(await shop.change(reference, { quantity: 4 }, ifMatch), {
      status: 412,
      code: 'version-mismatch',
      title: 'Version mismatch',
      detail: 'The resource has changed since it was read: its version is 2 now.',
      instance: `/v1/batches/${encodeURIComponent(reference)}`,
      seen,
      version: 2,
    });
    expect((await shop.batch(reference)).body).toMatchObject({
      quantity: 5,
    });
  });

  it.each(['2', '"2', '"1" "2"', '*, "2"', '"a b"', ',', 'w/"2"'])(
    'is invalid if it cannot be read: %s',
    async (ifMatch) => {
      expectInvalid(
        await shop.change('PO-1', {}, ifMatch),
        '/v1/batches/PO-1',
        'If-Match',
        `If-Match must be * or a list of entity tags such as "7".${ifMatch.includes('"') ? '' : ' An entity tag stands in double quotes.'}`,
      );
    },
  );

  it('allows one of two changes that expect the same version', async () => {
    await shop.buy('PO-6', 'SHELF', 10);
    const answers = await Promise.all([4, 5].map((quantity) => shop.change('PO-6', { quantity }, '"1"')));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});

describe('The list of batches', () => {
  let store: Shop;
  // In byte order, which is neither that of an alphabet nor that of UTF-16: U+FF5E stands before U+1F4A9.
  const references = ['10', '9', 'B', 'a', 'b', 'á', '\uff5e', '\u{1f4a9}'];
  beforeAll(async () => {
    store = await Shop.open();
    for (const [i, reference] of [...references].reverse().entries()) {
      await store.buy(reference, i % 2 === 0 ? 'EVEN' : 'ODD', i + 1);
    }
  });
  afterAll(() => store.close());

  it('is in the byte order of the references and ends without a cursor', async () => {
    const { status, body } = await store.batches();

    expect(status).toBe(200);
    expect(body).toMatchObject({ next: null });
    expect(body.items.map(({ reference }) => reference)).toEqual(references);
    expect(body.items[0]).toEqual({
      reference: '10',
      sku: 'ODD',
      quantity: 8,
      ...due(null),
      ...untouched(8, null),
    });
  });

  it.each([1, 2, 3, 7, 8, 500])('is complete in pages of %i', async (limit) => {
    const pages = await store.pages((part: { after?: string }) => store.batches(part), limit);

    expect(pages.flat().map(({ reference }) => reference)).toEqual(references);
    expect(pages).toHaveLength(Math.ceil(references.length / limit));
  });

  it('can be restricted to one SKU, also in pages', async () => {
    const pages = await store.pages((part: { after?: string }) => store.batches({ ...part, sku: 'ODD' }), 3);

    expect(pages.map((page) => page.map(({ reference }) => reference))).toEqual([
      ['10', 'B', 'b'],
      ['\uff5e'],
    ]);
    expect(new Set(pages.flat().map(({ sku }) => sku))).toEqual(new Set(['ODD']));
  });

  it('continues after a cursor that is no reference of a batch', async () => {
    expect((await store.batches({ after: 'z', limit: 1 })).body).toMatchObject({
      items: [{ reference: 'á' }],
      next: 'á',
    });
  });

  it.each([{ sku: 'NOBODY' }, { after: '\u{1f4a9}' }, { sku: 'ODD', after: '\u{10fffd}' }])(
    'is empty and not unknown if there is no batch: %j',
    async (query) => {
      expect(await store.batches(query)).toMatchObject({
        status: 200,
        body: { items: [], next: null },
      });
    },
  );
});
