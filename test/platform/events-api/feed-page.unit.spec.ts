import { describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '../../../src/kernel/domain/events.js';
import { FeedPage } from '../../../src/platform/events-api/feed-page.js';

const event = (position: number) =>
  ({ position, type: 'Happened', data: { text: 'a\nb' } }) as unknown as StoredEvent;

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
});
