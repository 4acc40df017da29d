import { describe, expect, it } from '@jest/globals';
import type { EarmarkEvent } from '@earmark/client';
import { daysLate } from '../../console/src/pages/overview/days-late.js';
import { readEarlier } from '../../console/src/pages/overview/earlier-events.js';
import {
  brokerHealth,
  databaseHealth,
  integrityHealth,
  mailHealth,
  subscriptionHealth,
  webhookHealth,
} from '../../console/src/pages/overview/health-states.js';
import { inboundWeeks } from '../../console/src/pages/overview/inbound-weeks.js';
import { countPerMinute, minuteTimes } from '../../console/src/pages/overview/minutes.js';
import { runningShort } from '../../console/src/pages/overview/running-short.js';

const NOW = Date.parse('2026-11-29T21:30:20Z');

describe('the curve of the overview', () => {
  it('counts the events of its types by minute, and leaves out what is older than an hour', () => {
    const events = [
      { type: 'LineAllocated', occurredAt: '2026-11-29T21:30:01Z' },
      { type: 'LineAllocated', occurredAt: '2026-11-29T21:30:19Z' },
      { type: 'OutOfStock', occurredAt: '2026-11-29T21:30:02Z' },
      { type: 'LineAllocated', occurredAt: '2026-11-29T20:31:00Z' },
      { type: 'LineAllocated', occurredAt: '2026-11-29T20:30:59Z' },
    ];
    const counts = countPerMinute(events, ['LineAllocated'], NOW);
    expect(counts).toHaveLength(60);
    expect([counts[0], counts[59], counts.reduce((a, b) => a + b)]).toEqual([1, 2, 3]);
    expect(minuteTimes(NOW).at(-1)).toBe(Date.parse('2026-11-29T21:30:00Z') / 1_000);
  });
});

/** A log with an event every so many seconds, the last one now. */
function logOf(length: number, everySeconds: number) {
  const log = Array.from({ length }, (_, at) => ({
    position: at + 1,
    occurredAt: new Date(NOW - (length - at - 1) * everySeconds * 1_000).toISOString(),
  })) as unknown as EarmarkEvent[];
  let calls = 0;
  const pageAfter = (after: number, limit: number) => {
    calls += 1;
    return Promise.resolve(log.slice(after, after + limit));
  };
  return { pageAfter, calls: () => calls };
}

describe('the events before the page was opened', () => {
  it('are read in one call if there are few, the newest first', async () => {
    const { pageAfter, calls } = logOf(30, 10);
    const { events, since } = await readEarlier(30, NOW, pageAfter);
    expect(events.map(({ position }) => position)).toEqual(Array.from({ length: 30 }, (_, at) => 30 - at));
    expect([since, calls()]).toEqual([null, 1]);
  });

  it('are read until they are an hour old', async () => {
    const { pageAfter, calls } = logOf(5_000, 6);
    const { since } = await readEarlier(5_000, NOW, pageAfter);
    expect([since, calls()]).toEqual([null, 2]);
  });

  it('are not read without end on a busy service: the answer says since when it is whole', async () => {
    const { pageAfter, calls } = logOf(10_000, 0.01);
    const { events, since } = await readEarlier(10_000, NOW, pageAfter);
    expect([calls(), events.length, since]).toEqual([4, 2_000, events.at(-1)!.occurredAt]);
  });

  it('are none in an empty log', async () => {
    const { pageAfter, calls } = logOf(0, 1);
    expect(await readEarlier(0, NOW, pageAfter)).toEqual({ events: [], since: null });
    expect(calls()).toBe(0);
  });
});

describe('the stock of the overview', () => {
  it('runs short if at most a tenth of what is promised is free, the most promised first', () => {
    const products = [
      { sku: 'A', claimed: 10, available: 1 },
      { sku: 'B', claimed: 10, available: 2 },
      { sku: 'C', claimed: 0, available: 0 },
      { sku: 'D', claimed: 50, available: 0 },
    ];
    expect(runningShort(products).map(({ sku }) => sku)).toEqual(['D', 'A']);
  });

  it('is inbound by the weeks from Monday on, with what is overdue and what comes later', () => {
    const batch = { overdue: false, claimed: 0, onHand: 0 };
    const weeks = inboundWeeks(
      [
        { ...batch, eta: '2026-11-29', inbound: 5, claimed: 7 },
        { ...batch, eta: '2026-11-30', inbound: 7, claimed: 4, onHand: 1 },
        { ...batch, eta: '2026-11-20', inbound: 2, overdue: true },
        { ...batch, eta: '2027-06-01', inbound: 9 },
        { ...batch, eta: null, inbound: 0, onHand: 3 },
      ],
      '2026-11-29',
    );
    expect(weeks.filter(({ units }) => units > 0)).toEqual([
      { name: 'Overdue', monday: null, units: 2, claimed: 0, batches: 1 },
      { name: 'This week', monday: '2026-11-23', units: 5, claimed: 5, batches: 1 },
      { name: 'Next week', monday: '2026-11-30', units: 7, claimed: 3, batches: 1 },
      { name: 'Later', monday: null, units: 9, claimed: 0, batches: 1 },
    ]);
    expect(weeks).toHaveLength(10);
  });

  it('is late by the day that was promised or is needed, whichever comes first', () => {
    const line = { promisedDate: '2026-12-10', neededBy: null, expectedDate: '2026-12-12', overdue: false };
    expect(daysLate(line)).toBe(2);
    expect(daysLate({ ...line, neededBy: '2026-12-05' })).toBe(7);
    expect(daysLate({ ...line, overdue: true, expectedDate: null })).toBe(Infinity);
  });
});

describe('the health of the overview', () => {
  const subscription = { name: 'a', position: 1, lag: { events: 0, seconds: 0 }, parked: 0, lastError: null };

  it('names parked events before a subscription that is behind', () => {
    const slow = { ...subscription, name: 'slow', lag: { events: 1_200, seconds: 14.6 } };
    expect(subscriptionHealth({ items: [subscription] })).toMatchObject({ state: 'good' });
    expect(subscriptionHealth({ items: [subscription, slow] })).toEqual({
      state: 'warn',
      says: 'slow is 15 seconds behind (1,200 events)',
    });
    expect(subscriptionHealth({ items: [slow, { ...subscription, parked: 1 }] })).toEqual({
      state: 'bad',
      says: '1 event is parked and waits for an operator',
    });
  });

  it('is trouble if the database takes no writes, and says why', () => {
    expect(databaseHealth(null)).toEqual({ state: 'good', says: 'Takes writes' });
    expect(databaseHealth('The disk is full.')).toEqual({ state: 'bad', says: 'The disk is full.' });
  });

  it('is trouble if mails cannot be sent, and only worth a look if they were refused', () => {
    expect(mailHealth(true, [{ state: 'sent', attempts: 1 }]).state).toBe('good');
    expect(mailHealth(true, [{ state: 'refused', attempts: 1 }]).state).toBe('warn');
    expect(mailHealth(true, [{ state: 'pending', attempts: 2 }]).state).toBe('bad');
    expect(mailHealth(false, [{ state: 'pending', attempts: 0 }]).state).toBe('neutral');
  });

  it('names webhooks that fail, and not those that their owner has switched off', () => {
    const webhook = { enabled: true, disabledReason: null, failingSince: null, pausedUntil: null };
    const off = { ...webhook, enabled: false, disabledReason: 'requested' as const };
    expect(webhookHealth([webhook, off]).state).toBe('good');
    expect(webhookHealth([webhook, { ...webhook, failingSince: '2026-11-29T21:00:00Z' }])).toEqual({
      state: 'bad',
      says: '1 fails or pauses',
    });
    expect(webhookHealth([{ ...off, disabledReason: 'gone' }]).state).toBe('bad');
  });

  it('counts messages that could not be applied, and differences of the figures', () => {
    expect(brokerHealth({ redis: true, jetstream: false }, { items: [], next: null })).toEqual({
      state: 'good',
      says: 'Redis',
    });
    expect(brokerHealth({ redis: false, jetstream: false }, undefined).state).toBe('neutral');
    const letters = { items: [{}, {}] as never[], next: null };
    expect(brokerHealth({ redis: true, jetstream: true }, letters)).toEqual({
      state: 'bad',
      says: '2 messages could not be applied',
    });
    const checked = { position: 9, products: 3, unsettled: 0, differences: [] };
    expect(integrityHealth(checked)).toEqual({ state: 'good', says: 'No difference in 3 products' });
    expect(integrityHealth({ ...checked, differences: [{}] as never[] }).state).toBe('bad');
  });
});
