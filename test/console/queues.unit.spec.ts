import { describe, expect, it } from '@jest/globals';
import { noteWaits, summaryOf, type Waits } from '../../console/src/pages/backorders/waits.js';
import { placeWith } from '../../console/src/pages/backorders/place-in-queue.js';
import { emptySegment, segmentsOf, selectionInWords } from '../../console/src/pages/backorders/segments.js';

const began = (orderId: string, occurredAt: string, reason = 'short') => ({
  occurredAt,
  data: { orderId, sku: 'CHAIR', reason },
});

describe('A queue', () => {
  const line = (orderId: string, quantity: number, priority = 5) => ({ orderId, quantity, priority });

  it('is told by its units, its largest line and the one that has waited longest', () => {
    const since = new Map([
      ['a', '2027-01-02T00:00:00Z'],
      ['b', '2027-01-01T00:00:00Z'],
    ]);
    expect(summaryOf('CHAIR', [line('a', 4, 7), line('b', 1), line('c', 2)], false, since)).toEqual({
      sku: 'CHAIR',
      lines: 3,
      hasMore: false,
      units: 7,
      largest: line('a', 4, 7),
      oldest: { orderId: 'b', since: '2027-01-01T00:00:00Z' },
      highestPriority: 7,
    });
  });

  it('without lines is none', () => {
    expect(summaryOf('CHAIR', [], false)).toBeNull();
  });

  it('has a line since it began to wait last, and not since its terms were changed', () => {
    const waits: Waits = new Map();
    noteWaits(waits, [
      began('a', '2027-01-01T00:00:00Z'),
      began('a', '2027-01-05T00:00:00Z', 'batch-shrunk'),
      began('a', '2027-01-07T00:00:00Z', 'amended'),
    ]);
    expect(waits.get('CHAIR')?.get('a')).toBe('2027-01-05T00:00:00Z');
  });
});

describe('The place of a line with another priority', () => {
  const lines = [
    { orderId: 'a', priority: 9 },
    { orderId: 'b', priority: 5 },
    { orderId: 'c', priority: 5 },
    { orderId: 'd', priority: 2 },
  ];

  it('is behind all lines of a higher priority', () => {
    expect(placeWith(7, 'c', { lines, hasMore: false })).toBe(2);
    expect(placeWith(1, 'b', { lines, hasMore: false })).toBe(4);
    expect(placeWith(9, 'a', { lines, hasMore: false })).toBe(1);
  });

  it('is not known among lines of the same priority, of which the oldest comes first', () => {
    expect(placeWith(5, 'd', { lines, hasMore: false })).toBeNull();
  });

  it('is known of a queue that is not loaded to its end only if a line behind that place is', () => {
    expect(placeWith(3, 'b', { lines, hasMore: true })).toBe(3);
    expect(placeWith(1, 'b', { lines, hasMore: true })).toBeNull();
    expect(placeWith(7, 'e', { lines, hasMore: true })).toBeNull();
  });
});

describe('A segment', () => {
  it('selects only by what was typed', () => {
    expect(segmentsOf([emptySegment('win')])).toEqual({ segments: [{ strategy: 'win', match: {} }] });
    const typed = emptySegment('lose', {
      channel: 'web',
      lowest: '2',
      state: 'allocated',
      orderIds: 'a, b\nb',
    });
    expect(segmentsOf([typed])).toEqual({
      segments: [
        {
          strategy: 'lose',
          match: { channel: 'web', priority: { min: 2 }, state: 'allocated', orderIds: ['a', 'b'] },
        },
      ],
    });
  });

  it('with a wrong priority says so at its field', () => {
    expect(segmentsOf([emptySegment('win', { lowest: '8', highest: '3' })])).toEqual({
      errors: { 'segments.0.priority': 'The lowest is above the highest.' },
    });
    expect(segmentsOf([emptySegment('win'), emptySegment('win', { lowest: '10' })])).toEqual({
      errors: { 'segments.1.priority': 'Whole numbers from 0 to 9.' },
    });
  });

  it('says in words which lines it selects', () => {
    expect(selectionInWords({ strategy: 'win', match: {} })).toBe('Every line');
    expect(
      selectionInWords({
        strategy: 'win',
        match: { channel: 'web', priority: { min: 7 }, state: 'backordered' },
      }),
    ).toBe('Lines of channel web, of priority from 7, that wait');
  });
});
