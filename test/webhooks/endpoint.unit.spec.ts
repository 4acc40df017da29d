import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '../../src/kernel/domain/events.js';
import { deliveriesOf, type Subscriber } from '../../src/webhooks/domain/deliveries.js';
import { Endpoint, type Wishes } from '../../src/webhooks/domain/endpoint.js';
import { EVENT_TYPES, typesIn } from '../../src/webhooks/domain/event-types.js';
import { bodyOf } from '../../src/webhooks/domain/payload.js';

const wishes: Wishes = { url: 'https://shop.example.com/', types: ['*'], skus: null, format: 'standard' };
const now = new Date('2026-08-01T09:30:00.000Z');
const HOUR = 3_600_000;
const BY = { kind: 'key', name: 'admin' } as const;

function endpoint(): Endpoint {
  const created = new Endpoint('id', null);
  created.create(wishes, 'first', BY);
  return created;
}

const event = {
  position: 42,
  id: '3f0c2a52-9d0f-4d53-8f4e-0f6f6f5b8c11',
  type: 'LineAllocated',
  version: 1,
  key: 'LAMP',
  subject: 'o-1',
  occurredAt: now,
  correlationId: 'chain-7',
  causationId: null,
  actor: 'web-shop',
  traceparent: '00-inside',
  data: { sku: 'LAMP', orderId: 'o-1' },
} satisfies StoredEvent;

describe('A webhook', () => {
  it('that is unknown can be neither changed nor deleted', () => {
    const unknown = new Endpoint('id', null);
    const acts = [
      () => unknown.change({ enabled: false }, BY),
      () => unknown.delete(BY),
      () => unknown.replay(1),
      () => unknown.rotate('sealed', now, 0, BY),
    ];
    for (const act of acts) expect(act).toThrow('There is no webhook id.');
    expect(unknown.revision).toBe(0);
  });

  it('says for the audit log what was done to it, but no secret, and no path of its address', () => {
    const changed = endpoint();
    changed.change({ url: 'https://shop.example.com/hook?token=7' }, BY);
    changed.change({ url: 'https://shop.example.com/hook?token=7', types: ['*'], enabled: true }, BY);
    changed.change({ types: ['OutOfStock'], enabled: false }, BY);
    changed.change({ enabled: false, skus: null }, BY);
    changed.rotate('second', now, HOUR, BY);
    changed.delete(BY);

    const origin = 'https://shop.example.com';
    expect(changed.acts.map(({ type, details }) => [type, details])).toEqual([
      ['webhook-created', { origin, types: ['*'], skus: null, format: 'standard' }],
      ['webhook-changed', { origin }],
      ['webhook-changed', { types: ['OutOfStock'], enabled: false }],
      ['webhook-secret-rotated', { overlapSeconds: 3_600 }],
      ['webhook-deleted', { origin }],
    ]);
    expect(changed.acts.every(({ actor }) => actor === BY)).toBe(true);
  });

  it('keeps what a change does not name', () => {
    const changed = endpoint();
    changed.change({ skus: ['LAMP'] }, BY);
    expect(changed.state).toMatchObject({ ...wishes, skus: ['LAMP'] });
    changed.change({ types: ['OutOfStock'], format: 'cloudevents' }, BY);
    expect(changed.state).toMatchObject({ skus: ['LAMP'], types: ['OutOfStock'], format: 'cloudevents' });
    changed.change({ skus: null }, BY);
    expect(changed.state).toMatchObject({ skus: null });
  });

  it('tries at once what waits when it is enabled again or has another address, and only then', () => {
    const same = endpoint();
    same.change({ enabled: true, url: wishes.url, types: ['OutOfStock'] }, BY);
    same.change({ enabled: false }, BY);
    expect(same.restarts).toBe(false);
    same.change({ enabled: true }, BY);
    expect(same.restarts).toBe(true);
    const moved = endpoint();
    moved.change({ url: 'https://other.example.com/' }, BY);
    expect(moved.restarts).toBe(true);
  });

  it('drops secrets when they have expired, and keeps five at most', () => {
    const rotated = endpoint();
    rotated.rotate('second', now, HOUR, BY);
    rotated.rotate('third', new Date(now.getTime() + HOUR / 2), HOUR, BY);
    expect(rotated.state!.secrets).toEqual([
      { sealed: 'third', expiresAt: null },
      { sealed: 'second', expiresAt: '2026-08-01T11:00:00.000Z' },
      { sealed: 'first', expiresAt: '2026-08-01T10:30:00.000Z' },
    ]);
    rotated.rotate('fourth', new Date(now.getTime() + HOUR), HOUR, BY);
    expect(rotated.state!.secrets.map(({ sealed }) => sealed)).toEqual(['fourth', 'third', 'second']);
    for (let i = 5; i < 10; i++) rotated.rotate(String(i), new Date(now.getTime() + HOUR), HOUR, BY);
    expect(rotated.state!.secrets).toHaveLength(5);
  });

  it('that is rotated without overlap signs with the new secret only', () => {
    const rotated = endpoint();
    rotated.rotate('second', now, HOUR, BY);
    rotated.rotate('third', now, 0, BY);
    expect(rotated.state!.secrets.map(({ sealed }) => sealed)).toEqual(['third']);
  });
});

describe('An event is for a webhook', () => {
  const subscriber = (change: Partial<Subscriber>): Subscriber => ({
    id: 'id',
    ...wishes,
    beginsAfter: 41,
    ...change,
  });
  const isFor = (change: Partial<Subscriber>): boolean =>
    deliveriesOf(event, [subscriber(change)]).length === 1;

  it('of its type and SKU that began before it', () => {
    expect(isFor({})).toBe(true);
    expect(isFor({ types: ['OutOfStock', 'LineAllocated'], skus: ['TABLE', 'LAMP'] })).toBe(true);
    expect(isFor({ types: ['OutOfStock'] })).toBe(false);
    expect(isFor({ skus: ['TABLE'] })).toBe(false);
    expect(isFor({ beginsAfter: 42 })).toBe(false);
  });
});

describe('The body', () => {
  it('is the event with its timestamp, and nothing that is for inside only', () => {
    const { subject: _, traceparent: __, ...shown } = event;
    const at = '2026-08-01T09:30:00.000Z';
    expect(JSON.parse(bodyOf(event, 'standard'))).toEqual({ ...shown, occurredAt: at, timestamp: at });
  });

  it('is a CloudEvent whose attributes have names and types that CloudEvents 1.0 allows', () => {
    const { data, ...attributes } = JSON.parse(bodyOf(event, 'cloudevents')) as Record<string, unknown>;
    expect(data).toEqual(event.data);
    for (const [name, value] of Object.entries(attributes)) {
      expect(name).toMatch(/^[a-z\d]{1,20}$/);
      expect(typeof value === 'string' ? value : Number.isInteger(value)).toBeTruthy();
    }
    expect(attributes).toMatchObject({ specversion: '1.0', id: event.id, sequence: '00000000000000000042' });
  });
});

describe('The types of events', () => {
  it('are all that are published', () => {
    const schemas = JSON.parse(readFileSync('src/vocabulary/event-schemas.json', 'utf8')) as object;
    expect([...EVENT_TYPES]).toEqual(Object.keys(schemas).sort());
  });

  it('that nobody wants are none', () => {
    expect(typesIn([])).toEqual([]);
    expect(typesIn(['OutOfStock', 'Unknown'])).toEqual(['OutOfStock']);
    expect(typesIn(['OutOfStock', '*'])).toEqual(EVENT_TYPES);
  });
});
