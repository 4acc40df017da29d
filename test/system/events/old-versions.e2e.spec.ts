import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventLog } from '../../../src/kernel/event-log/event-log.js';
import { Upcasters } from '../../../src/kernel/event-log/upcasters.js';
import { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';
import { Shop } from '../../support/shop.js';

describe('An event of an earlier release', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
    const { service } = shop;
    // As the module of the feature that owns it does when the service is put together.
    service.get(Upcasters).declare({
      type: 'ShelfFilled',
      from: 1,
      up: ({ dozens }: { dozens: number }) => ({ units: dozens * 12 }),
    });
    const event = { type: 'ShelfFilled', version: 1, key: 'EGG', data: { dozens: 2 } };
    const cause = { correlationId: 'test', causationId: null };
    await service.get(UnitOfWork).inTransaction((tx) => service.get(EventLog).append(tx, [{ event, cause }]));
  });
  afterAll(() => shop.close());

  const today = { type: 'ShelfFilled', version: 2, key: 'EGG', data: { units: 24 } };

  it('is listed in the current version', async () => {
    const { body } = await shop.get<{ items: unknown[] }>('/v1/events');
    expect(body.items).toEqual([expect.objectContaining(today)]);
  });

  it('is sent over the live feed in the current version', async () => {
    const feed = new AbortController();
    const answer = await fetch(new URL('/v1/events?after=0', shop.service.url), {
      headers: { accept: 'text/event-stream' },
      signal: feed.signal,
    });
    let received = '';
    for await (const bytes of answer.body!) {
      received += Buffer.from(bytes as Uint8Array).toString();
      if (received.endsWith('\n\n') && received.includes('data: ')) break;
    }
    feed.abort();

    const [data] = received.split('\n').filter((line) => line.startsWith('data: '));
    expect(JSON.parse(data!.slice('data: '.length))).toMatchObject(today);
  });
});
