import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EarmarkEvent } from '../../../client/src/index.js';
import { EVENT_TYPES } from '../../../src/vocabulary/event-types.js';
import { Listener } from '../../platform/events-api/live-feed-listener.js';
import { expectInvalid, Shop } from '../../support/shop.js';

let shop: Shop;
let log: EarmarkEvent[];
beforeAll(async () => {
  shop = await Shop.open();
  await shop.buy('PO-1', 'TABLE', 10);
  await shop.buy('PO-2', 'LAMP', 10);
  await shop.order('o-1', 'TABLE', 3);
  await shop.order('o-1', 'LAMP', 3);
  await shop.order('o,2', 'LAMP', 3);
  await shop.order('o-3', 'LAMP', 50);
  await shop.giveBack('o-1', 'TABLE');
  log = (await shop.events()).body.items;
});
afterAll(() => shop.close());

const asked = async (query: string) =>
  shop.service.request<{ items: EarmarkEvent[]; next: number | null }>('GET', `/v1/events?${query}`);
const isAbout = (orderId: string) => (event: EarmarkEvent) =>
  'orderId' in event.data && event.data.orderId === orderId;

describe('The list of events', () => {
  it.each<[string, (event: EarmarkEvent) => boolean]>([
    ['types=LineAllocated', ({ type }) => type === 'LineAllocated'],
    ['types=LineDeallocated,OutOfStock', ({ type }) => ['LineDeallocated', 'OutOfStock'].includes(type)],
    [
      'types=OutOfStock&types=LineDeallocated',
      ({ type }) => ['LineDeallocated', 'OutOfStock'].includes(type),
    ],
    ['sku=LAMP', ({ key }) => key === 'LAMP'],
    ['orderId=o-1', isAbout('o-1')],
    ['orderId=o%2C2', isAbout('o,2')],
    ['orderId=o-1&sku=LAMP', (event) => isAbout('o-1')(event) && event.key === 'LAMP'],
    ['sku=TABLE&types=BatchRegistered', ({ key, type }) => key === 'TABLE' && type === 'BatchRegistered'],
    [
      'orderId=o-1&sku=TABLE&types=LineDeallocated',
      (event) => isAbout('o-1')(event) && event.type === 'LineDeallocated',
    ],
  ])('has exactly the events that meet %s, as the whole list has them', async (query, isWanted) => {
    const { status, body } = await asked(query);
    expect(status).toBe(200);
    expect(log.filter(isWanted).length).toBeGreaterThan(0);
    expect(body).toEqual({ items: log.filter(isWanted), next: null });
  });

  it.each(['types=PolicyChanged', 'sku=UNHEARD-OF', 'orderId=nobody', 'sku=TABLE&orderId=o-3'])(
    'is empty if nothing meets %s',
    async (query) => {
      expect(await asked(query)).toMatchObject({ status: 200, body: { items: [], next: null } });
    },
  );

  it('is read in pages', async () => {
    const pages = await shop.pages((part: { after?: number }) => shop.events({ ...part, sku: 'LAMP' }), 1);
    expect(pages.flat()).toEqual(log.filter(({ key }) => key === 'LAMP'));
  });

  it.each([
    'types=Unheard',
    'types=LineAllocated,lineallocated',
    'types=',
    'types=LineAllocated,',
    'types=A&types=B',
  ])('is refused, with the types that there are, for %s', async (query) => {
    const message = `types must be event types, separated by commas, of: ${EVENT_TYPES.join(', ')}.`;
    expectInvalid(await asked(query), '/v1/events', 'types', message);
  });

  it.each([
    ['sku', 'sku='],
    ['orderId', 'orderId=%00'],
    ['orderId', 'orderId=a&orderId=b'],
    ['key', 'key=TABLE'],
  ])('is refused if %s is invalid: %s', async (field, query) => {
    expect(await asked(query)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  it('rejects a position beyond its end, whatever is looked for', async () => {
    expect(await asked('sku=UNHEARD-OF&after=1000000')).toMatchObject({
      status: 410,
      body: { type: 'urn:earmark:problem:ahead-of-log' },
    });
  });
});

describe('The live feed', () => {
  const open = (query: string, headers = {}) =>
    Listener.open(`${shop.service.url}/v1/events?${query}`, headers);

  it('has only the events that were asked for, and goes on after the last of them', async () => {
    const wanted = log.filter(({ key, type }) => key === 'LAMP' && type === 'LineAllocated');
    const first = await open('sku=LAMP&types=LineAllocated,LineDeallocated&after=0');
    await first.heard(() => first.messages.length === wanted.length);
    await first.cutOff();
    expect(first.messages.map(({ data }) => data)).toEqual(wanted);

    await shop.giveBack('o-1', 'LAMP');
    const again = await open('sku=LAMP&types=LineAllocated,LineDeallocated', {
      'last-event-id': first.lastEventId!,
    });
    await again.heard(() => again.messages.length > 0);
    expect(again.messages[0]).toMatchObject({ event: 'LineDeallocated', data: { key: 'LAMP' } });
    await again.cutOff();
  });

  it('has the events of one order as they happen', async () => {
    const listener = await open('orderId=o-9');
    await shop.order('o-8', 'TABLE', 1);
    await shop.order('o-9', 'TABLE', 1);
    await listener.heard(() => listener.messages.length > 0);
    expect(listener.messages[0]).toMatchObject({
      event: 'LineAllocated',
      data: { data: { orderId: 'o-9' } },
    });
    await listener.cutOff();
  });

  it('is refused for a type that there is not', async () => {
    expect((await open('types=Unheard')).status).toBe(400);
  });
});
