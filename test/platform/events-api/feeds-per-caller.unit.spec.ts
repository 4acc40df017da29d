import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Busy } from '../../../src/kernel/domain/errors.js';
import type { EventLog } from '../../../src/kernel/event-log/event-log.js';
import { LiveFeed } from '../../../src/platform/events-api/live-feed.js';

class Response extends EventEmitter {
  readonly req = { socket: Object.assign(new EventEmitter(), { destroyed: false }) };
  readonly writableNeedDrain = false;
  writeHead = () => undefined;
  write = () => undefined;
  end = () => undefined;
}

const log = {
  onAnnounced: () => undefined,
  head: () => Promise.resolve(0),
  readWithSubjects: () => Promise.resolve([]),
};

async function open(feed: LiveFeed, caller?: string): Promise<Response> {
  const response = new Response();
  await feed.open(response as unknown as ServerResponse, 0, caller);
  return response;
}

describe('A caller with live feeds', () => {
  it('has at most its share, takes none from other callers, and may open another when one ends', async () => {
    const feed = new LiveFeed(log as unknown as EventLog, { manager: null } as unknown as DataSource, 2);
    const [first] = [await open(feed, 'key a'), await open(feed, 'key a')];

    await expect(open(feed, 'key a')).rejects.toBeInstanceOf(Busy);
    await expect(open(feed, 'key a')).rejects.toThrow('This caller has reached its limit of live feeds.');
    await open(feed, 'key b');
    for (let n = 0; n < 5; n++) await open(feed);

    first.req.socket.emit('close');
    await open(feed, 'key a');
    await expect(open(feed, 'key a')).rejects.toBeInstanceOf(Busy);
    feed.beforeApplicationShutdown();
    await feed.onApplicationShutdown();
  });
});
