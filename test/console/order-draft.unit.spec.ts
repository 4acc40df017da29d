import { describe, expect, it } from '@jest/globals';
import type { OrderBody, OrderedLineBody } from '@earmark/client';
import {
  bodyOf,
  bodyOfOrder,
  differences,
  draftOf,
  emptyDraft,
  emptyLine,
} from '../../console/src/pages/orders/order-draft.js';

const line = (sku: string, change: Partial<OrderedLineBody> = {}): OrderedLineBody => ({
  sku,
  quantity: 2,
  state: 'allocated',
  split: false,
  neededBy: null,
  claims: [],
  promisedDate: null,
  expectedDate: null,
  overdue: false,
  shipped: 0,
  returned: 0,
  ...change,
});

const order = (change: Partial<OrderBody> = {}): OrderBody => ({
  orderId: 'order-1',
  state: 'allocated',
  version: '1-a',
  expiresAt: null,
  priority: 7,
  channel: 'web',
  locations: null,
  shipComplete: true,
  promisedDate: null,
  lines: [line('CHAIR')],
  ...change,
});

describe('The draft of an order', () => {
  it('becomes the body of the call, without what was not typed', () => {
    const draft = { ...emptyDraft(' CHAIR '), channel: ' web ', holdMinutes: '30' };
    expect(bodyOf(draft)).toEqual({
      body: {
        lines: [{ sku: 'CHAIR', quantity: 1, split: false }],
        whenShort: 'refuse',
        priority: 5,
        shipComplete: false,
        expiresInSeconds: 1_800,
        channel: 'web',
      },
    });
  });

  it('says at each field what is wrong with it', () => {
    const draft = {
      ...emptyDraft('CHAIR'),
      lines: [emptyLine('CHAIR'), emptyLine('CHAIR'), { ...emptyLine(), quantity: '1.5' }],
      holdMinutes: '241',
      priority: '10',
    };
    expect(Object.keys((bodyOf(draft) as { errors: object }).errors)).toEqual([
      'lines.1.sku',
      'lines.2.sku',
      'lines.2.quantity',
      'expiresInSeconds',
      'priority',
    ]);
  });

  it('of an order that exists keeps all that the call would otherwise reset', () => {
    const existing = order({
      locations: ['north'],
      lines: [line('CHAIR', { split: true, neededBy: '2027-01-31' })],
    });
    expect(bodyOfOrder(existing)).toEqual({
      lines: [{ sku: 'CHAIR', quantity: 2, split: true, neededBy: '2027-01-31' }],
      whenShort: 'refuse',
      priority: 7,
      shipComplete: true,
      channel: 'web',
      locations: ['north'],
    });
  });

  it('lets lines go on waiting if one of them waits', () => {
    const waiting = order({
      lines: [line('CHAIR', { state: 'refused' }), line('TABLE', { state: 'backordered' })],
    });
    expect(draftOf(waiting).whenShort).toBe('backorder');
  });

  it('of a hold lasts as long as the hold, and of one that has ended is firm', () => {
    const hold = order({ expiresAt: '2027-01-01T12:00:00Z' });
    expect(draftOf(hold, Date.parse('2027-01-01T11:30:30Z')).holdMinutes).toBe('30');
    expect(draftOf(hold, Date.parse('2027-01-01T12:00:30Z')).holdMinutes).toBe('');
  });

  it('of a hold is no longer than any hold may be, even if the clock of the reader is slow', () => {
    const hold = order({ expiresAt: '2027-01-01T12:00:00Z' });
    expect(draftOf(hold, Date.parse('2027-01-01T07:59:00Z')).holdMinutes).toBe('240');
  });

  it('does not become the body of the call again once the hold has ended, which would make it firm', () => {
    const hold = order({ expiresAt: '2020-01-01T12:00:00Z' });
    expect(() => bodyOfOrder(hold)).toThrow('The hold of order order-1 has ended in between.');
  });

  it('shows which lines are new, changed and removed', () => {
    const existing = order({ lines: [line('CHAIR'), line('LAMP'), line('TABLE'), line('SOFA')] });
    const wanted = [
      { sku: 'CHAIR', quantity: 3 },
      { sku: 'LAMP', quantity: 2, neededBy: '2027-01-31' },
      { sku: 'SOFA', quantity: 2 },
      { sku: 'RUG', quantity: 1 },
    ];
    expect(differences(existing, { lines: wanted })).toEqual([
      { sku: 'CHAIR', before: 2, after: 3, hasOtherTerms: false },
      { sku: 'LAMP', before: 2, after: 2, hasOtherTerms: true },
      { sku: 'TABLE', before: 2, after: null, hasOtherTerms: false },
      { sku: 'RUG', before: null, after: 1, hasOtherTerms: false },
    ]);
  });
});
