import { describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '../../../src/kernel/domain/events.js';
import { FeedPage, FeedPart } from '../../../src/platform/events-api/feed-page.js';

const stored = (position: number) =>
  ({ position, type: 'Happened', data: { text: 'a\nb' } }) as unknown as StoredEvent;
const event = (position: number, subject: string | null = null) => ({ event: stored(position), subject });

describe('A page of the live feed', () => {
  it('holds the events after a position, up to its last event', () => {
    const page = new FeedPage(3, [event(4), event(7)]);
    expect([page.after, page.upTo, page.size]).toEqual([3, 7, 2]);
    const empty = new FeedPage(3, []);
    expect([empty.after, empty.upTo, empty.size]).toEqual([3, 3, 0]);
  });

  it('gives each client the events after its position, as server-sent events', () => {
    const page = new FeedPage(3, [event(4), event(7)]);
    const seventh = `id: 7\nevent: Happened\ndata: {"position":7,"type":"Happened","data":{"text":"a\\nb"}}\n\n`;
    expect(page.bytesAfter(4).toString()).toBe(seventh);
    expect(page.bytesAfter(3).toString()).toBe(seventh.replaceAll('7', '4') + seventh);
  });

  it('is serialised once for all clients at the same position', () => {
    const page = new FeedPage(3, [event(4), event(7)]);
    expect(page.bytesAfter(4)).toBe(page.bytesAfter(4));
    expect(page.bytesAfter(3)).not.toBe(page.bytesAfter(4));
  });

  it('gives a client with a filter what it wants, up to the end of the page', () => {
    const page = new FeedPage(3, [event(4, 'one'), event(5, 'two'), event(7, 'one'), event(9)]);
    const part = page.matching(4, { subject: 'one' });
    const seventh = new FeedPage(5, [event(7)]).bytesAfter(5).toString();
    expect([part.text, part.lastId, part.upTo]).toEqual([seventh, 7, 9]);
    const nothing = page.matching(3, { types: ['Other'] });
    expect([nothing.text, nothing.lastId, nothing.upTo]).toEqual(['', undefined, 9]);
  });
});

describe('What one client wants of the log', () => {
  it('reaches as far as was looked', () => {
    const part = new FeedPart([stored(4), stored(7)], 10_003);
    expect([part.lastId, part.upTo]).toEqual([7, 10_003]);
    expect(part.text).toBe(new FeedPage(3, [event(4), event(7)]).bytesAfter(3).toString());
  });
});
