import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandBus } from '@nestjs/cqrs';
import { AllocateLine } from '../../../src/allocation/commands/allocate-line.js';
import { RegisterBatch } from '../../../src/batches/commands/register-batch.js';
import { untouched } from '../../batches/batch.fixture.js';
import { due } from '../../support/now.js';
import { expectRefusal, Shop } from '../../support/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

describe('A code', () => {
  it.each([
    'x'.repeat(128),
    '\u{1f4a9}'.repeat(128),
    'a/b//c',
    '100% a%2Fb %zz',
    'a?b#c&d=e;f+g',
    'a\\b"c\'d<e>{f}',
    'é, 日本 and کتاب',
    'a  b',
    ':reference',
    '...',
    '__proto__',
    'constructor',
    'null',
    '$1; drop table batches.batch --',
  ])('passes through every call unchanged: %s', async (word) => {
    const path = encodeURIComponent(word);
    const asked = (answer: { status: number; body: unknown }) => [answer.status, answer.body];
    const line = { sku: word, quantity: 2, batchReference: word, ...due(null) };
    const batch = { reference: word, sku: word, quantity: 5, ...due(null), ...untouched(5, null) };
    const goods = { onHand: 5, inbound: 0, shipped: 0, claimed: 2, held: 0 };
    const figures = { quantity: 5, allocated: 2, available: 3, ...goods };
    const lot = { location: 'main', bestBefore: null, blocked: false };
    const stock = { reference: word, ...due(null), ...figures, ...lot };
    const sums = { sku: word, version: 2, ...figures };

    const registered = await shop.buy(word, word, 5);
    expect(asked(registered)).toEqual([201, batch]);
    expect(asked(await shop.get(registered.headers.get('location') ?? ''))).toEqual([200, batch]);
    expect(asked(await shop.change(word, {}))).toEqual([200, batch]);
    expect(asked(await shop.get(`/v1/batches?sku=${path}`))).toEqual([200, { items: [batch], next: null }]);
    expect(asked(await shop.order(word, word, 2))).toEqual([201, { orderId: word, ...line }]);
    expect(asked(await shop.get(`/v1/orders/${path}/allocations`))).toEqual([
      200,
      { orderId: word, items: [line] },
    ]);
    expect(asked(await shop.get(`/v1/products/${path}`))).toEqual([
      200,
      { ...sums, batches: [stock], more: false },
    ]);
    expect((await shop.get(`/v1/products/${path}/availability?quantity=3`)).body).toMatchObject({
      sku: word,
      promise: { batchReference: word },
    });
    expect((await shop.get(`/v1/orders/${path}/allocations/x`)).status).toBe(404);
    expect(asked(await shop.get(`/v1/orders/${path}/allocations/${path}`))).toEqual([
      200,
      { orderId: word, ...line },
    ]);
    expect((await shop.delete(`/v1/orders/${path}/allocations/${path}`)).status).toBe(204);
    await shop.order(word, word, 2);
    expect((await shop.delete(`/v1/orders/${path}/allocations`)).status).toBe(204);
  });

  it.each(['a\u200bb', 'e\u0301', '\u200b\u{10ffff}\ufffe', 'a\u2028b\u202ec', 'a\u00a0b\u{e0041}'])(
    'that is rejected today but was stored by an earlier release can still be read, changed and given back: %j',
    async (word) => {
      const path = encodeURIComponent(word);
      const commands = shop.service.get(CommandBus);
      const registration = { sku: word, quantity: 5, eta: null };
      await commands.execute(new RegisterBatch(word, registration));
      await commands.execute(new AllocateLine({ orderId: word, sku: word, quantity: 2 }));

      expect((await shop.buy(word, word, 5)).status).toBe(400);
      expect((await shop.order(`${word}2`, 'clean', 1)).status).toBe(400);
      expect((await shop.batch(word)).body).toMatchObject({ reference: word, sku: word });
      expect((await shop.get(`/v1/batches?sku=${path}`)).body).toMatchObject({
        items: [{ reference: word }],
      });
      expect((await shop.get(`/v1/batches?after=${path}`)).status).toBe(200);
      expect((await shop.get(`/v1/products?after=${path}`)).status).toBe(200);
      expect((await shop.get(`/v1/products/${path}/availability?quantity=3`)).body).toMatchObject({
        promise: { batchReference: word },
      });
      expect((await shop.allocationsOf(word)).body).toMatchObject({ items: [{ sku: word, quantity: 2 }] });
      expect((await shop.giveBack(word, word)).status).toBe(204);
      expect((await shop.change(word, { quantity: 0 })).status).toBe(200);
      expect((await shop.product(word)).body).toMatchObject({ sku: word, quantity: 0, allocated: 0 });
    },
  );

  it('that is percent-encoded more than it needs is the same code', async () => {
    await shop.buy('abc', 'abc', 1);

    expect((await shop.get('/v1/batches/%61%62%63')).body).toMatchObject({ reference: 'abc' });
  });
});

describe('An unknown path', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('is not found: %s', async (method) => {
    for (const path of [
      '/nothing',
      '/v1',
      '/v1/nope',
      '/v1/batches/',
      '/v1/Batches',
      '/v1/orders//allocations',
    ]) {
      expectRefusal(await shop.service.request(method, `${path}?x=1`), {
        status: 404,
        code: 'not-found',
        title: 'Not found',
        detail: 'There is nothing at this URL.',
        instance: path,
      });
    }
  });

  it.each([
    ['{', 'application/json'],
    ['x', 'text/plain'],
  ])('is not found, whatever is sent there: %s', async (body, type) => {
    expect(await shop.send('POST', '/v1/nope', body, { 'content-type': type })).toMatchObject({
      status: 404,
      body: { type: 'urn:earmark:problem:not-found' },
    });
  });
});

describe('A method that a path does not support', () => {
  it.each([
    ['PUT', '/v1/batches', 'GET, HEAD, POST'],
    ['DELETE', '/v1/batches/PO-1', 'GET, HEAD, PATCH'],
    ['GET', '/v1/allocations', 'POST'],
    ['POST', '/v1/orders/o-1/allocations', 'DELETE, GET, HEAD'],
    ['POST', '/v1/orders/o-1/allocations/TABLE', 'DELETE, GET, HEAD'],
    ['POST', '/v1/products', 'GET, HEAD'],
    ['PATCH', '/v1/products/TABLE', 'GET, HEAD'],
    ['PUT', '/v1/products/TABLE/availability', 'GET, HEAD'],
    ['DELETE', '/v1/events', 'GET, HEAD'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['OPTIONS', '/v1/batches', 'GET, HEAD, POST'],
  ])('is rejected with those that it supports: %s %s', async (method, path, allow) => {
    const answer = await shop.service.request(method, path);

    expectRefusal(answer, {
      status: 405,
      code: 'method-not-allowed',
      title: 'Method not allowed',
      detail: 'This URL does not support this method.',
      instance: path,
    });
    expect(answer.headers.get('allow')).toBe(allow);
  });
});

describe('A body', () => {
  const CALLS = [
    ['POST', '/v1/batches'],
    ['PATCH', '/v1/batches/PO-1'],
    ['POST', '/v1/allocations'],
  ] as const;

  it.each(CALLS)('that is no JSON is malformed: %s %s', async (method, path) => {
    for (const body of [
      '{',
      '{"sku":}',
      "{'sku':1}",
      '{"sku":"a\nb"}',
      '{} {}',
      'NaN',
      Uint8Array.of(0x22, 0xff, 0x22),
    ]) {
      const answer = await shop.send(method, path, body);
      const detail = expect.stringMatching(/^The body is not JSON: .+\.$/s) as unknown as string;

      expect(answer).toMatchObject({ status: 400 });
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(answer.body).toEqual({
        type: 'urn:earmark:problem:malformed-json',
        title: 'Malformed JSON',
        status: 400,
        detail,
        instance: path,
        help: '/problems/malformed-json',
      });
    }
  });

  it.each(CALLS)('of another type is refused: %s %s', async (method, path) => {
    for (const type of ['text/plain', 'application/xml', 'application/merge-patch+json', 'nonsense']) {
      expectRefusal(await shop.send(method, path, '{}', { 'content-type': type }), {
        status: 415,
        code: 'unsupported-media-type',
        title: 'Unsupported media type',
        detail: 'The body must be application/json.',
        instance: path,
      });
    }
  });

  it.each(CALLS)(
    'over 64 KiB is rejected before it is read, whatever it holds: %s %s',
    async (method, path) => {
      const members = Array.from({ length: 80_000 }, (_, n) => `"f${n}":1`).join(',');
      for (const body of [`{${members}}`, `"${'x'.repeat(64 * 1024 - 1)}"`, '['.repeat(1024 * 1024)])
        expectRefusal(await shop.send(method, path, body), {
          status: 413,
          code: 'payload-too-large',
          title: 'Payload too large',
          detail: 'The body is larger than 64 KiB, the limit of this call.',
          instance: path,
        });
    },
  );
});

describe('A badly encoded URL', () => {
  it.each(['/v1/batches/%', '/v1/products/%ff', '/v1/orders/%ED%A0%80/allocations', '/v1/batches/%c0%80'])(
    'is a bad request: %s',
    async (path) => {
      expectRefusal(await shop.get(path), {
        status: 400,
        code: 'bad-request',
        title: 'Bad request',
        detail: 'Malformed request or badly encoded URL.',
        instance: path.replace(/%$/, '%25'),
      });
    },
  );

  it('is too long if no code could be', async () => {
    const path = `/v1/batches/${'x'.repeat(128 * 12 + 1)}`;

    expectRefusal(await shop.get(path), {
      status: 414,
      code: 'uri-too-long',
      title: 'URI too long',
      detail: 'The URL is too long.',
      instance: path,
    });
  });
});

describe('The health of the service', () => {
  it.each(['/health/live', '/health/ready'])('is good: %s', async (path) => {
    expect(await shop.get(path)).toMatchObject({ status: 200, body: { status: 'ok' } });
  });
});
