import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { FeedClient } from '../../../src/platform/events-api/feed-client.js';
import type { FeedPage, FeedPart } from '../../../src/platform/events-api/feed-page.js';

/** A connection of which the test says whether its end reads. */
class Connection extends EventEmitter {
  readonly req = {
    socket: Object.assign(new EventEmitter(), { destroyed: false, destroy: () => this.#cut() }),
  };
  readonly written: string[] = [];
  writableNeedDrain = false;
  status = 0;

  writeHead(status: number): void {
    this.status = status;
  }

  isEnded = false;

  write(text: string): void {
    this.written.push(text);
  }

  end(): void {
    this.isEnded = true;
  }

  /** It has more than its end takes. */
  block(): void {
    this.writableNeedDrain = true;
  }

  drain(): void {
    this.writableNeedDrain = false;
    this.emit('drain');
  }

  #cut(): void {
    this.req.socket.destroyed = true;
  }
}

const page = (after: number, upTo: number) =>
  ({ after, upTo, bytesAfter: (position: number) => `${position}-${upTo}` }) as unknown as FeedPage;

let connection: Connection;
let client: FeedClient;
beforeEach(() => {
  connection = new Connection();
  client = new FeedClient(connection as unknown as ServerResponse, 7);
  expect(connection.status).toBe(200);
  expect(connection.written.splice(0)).toEqual(['retry: 1000\nid: 7\n\n']);
});

describe('A client of the live feed', () => {
  it('takes events that are new to it, and no page that would leave a gap', () => {
    client.take(page(3, 7));
    client.take(page(8, 9));
    expect(connection.written).toEqual([]);
    client.take(page(3, 9));
    client.take(page(9, 12));
    expect(connection.written).toEqual(['7-9', '9-12']);
    expect(client.position).toBe(12);
  });

  it('takes nothing until it has read what it was sent', () => {
    connection.block();
    client.take(page(7, 9));
    expect(client.position).toBe(7);
    connection.drain();
    client.take(page(7, 9));
    expect(connection.written).toEqual(['7-9']);
  });

  it('takes nothing after it has disconnected', () => {
    connection.req.socket.destroy();
    client.take(page(7, 9));
    expect(connection.written).toEqual([]);
  });

  it('reports that it is ready, and that it has disconnected', () => {
    const reported: string[] = [];
    client.onReady(() => reported.push('ready'));
    client.onGone(() => reported.push('gone'));
    connection.drain();
    connection.req.socket.emit('close');
    expect(reported).toEqual(['ready', 'gone']);
  });

  it('is disconnected if it has read nothing between two keep-alives', () => {
    connection.block();
    client.keepAlive();
    expect(connection.req.socket.destroyed).toBe(false);
    client.keepAlive();
    expect(connection.req.socket.destroyed).toBe(true);
    expect(connection.written).toEqual([]);
  });

  it('stays connected as long as it reads, however slowly', () => {
    for (let round = 0; round < 3; round++) {
      connection.block();
      client.keepAlive();
      connection.drain();
    }
    client.keepAlive();
    connection.block();
    client.keepAlive();
    expect(connection.req.socket.destroyed).toBe(false);
    expect(connection.written).toEqual([':\n\n']);
  });
});

describe('A client of the live feed with a filter', () => {
  const filter = { key: 'A' };
  /** Of everything up to a position, it wants the event at `lastId`. */
  const part = (upTo: number, lastId?: number) => ({ upTo, lastId, text: `event ${lastId}` }) as FeedPart;
  const filtered = (after: number, upTo: number, lastId?: number) =>
    ({
      ...page(after, upTo),
      matching: (position: number, by: object) =>
        by === filter ? { ...part(upTo, lastId), text: `${position}: event ${lastId}` } : undefined,
    }) as unknown as FeedPage;

  beforeEach(() => {
    connection = new Connection();
    client = new FeedClient(connection as unknown as ServerResponse, 7, filter);
    connection.written.length = 0;
  });

  it('takes of a page what it wants, and no page that would leave a gap', () => {
    client.take(filtered(8, 9, 9));
    expect([connection.written, client.position]).toEqual([[], 7]);
    client.take(filtered(5, 9, 8));
    client.take(filtered(9, 12));
    client.take(filtered(9, 14, 14));
    expect(connection.written).toEqual(['7: event 8', '12: event 14']);
    expect(client.position).toBe(14);
  });

  it('takes what was read for it alone, once it has read what it was sent', () => {
    connection.block();
    client.takePart(part(100, 20));
    expect([connection.written, client.position]).toEqual([[], 7]);
    connection.drain();
    client.takePart(part(100, 20));
    client.takePart(part(50, 30));
    expect([connection.written, client.position]).toEqual([['event 20'], 100]);
  });

  it('is sent its position after many events that it does not want', () => {
    client.takePart(part(10_006));
    expect(connection.written).toEqual([]);
    client.takePart(part(10_007));
    client.takePart(part(20_006));
    expect(connection.written).toEqual(['id: 10007\n\n']);
    client.takePart(part(30_000, 29_000));
    client.takePart(part(38_999));
    client.takePart(part(39_000));
    expect(connection.written).toEqual(['id: 10007\n\n', 'event 29000', 'id: 39000\n\n']);
  });

  it('is sent its position by the keep-alive, if it has not been sent it', () => {
    client.takePart(part(9));
    client.keepAlive();
    client.keepAlive();
    client.takePart(part(12, 12));
    client.keepAlive();
    expect(connection.written).toEqual(['id: 9\n\n', ':\n\n', 'event 12', ':\n\n']);
  });

  it('is sent its position when the feed ends', () => {
    client.takePart(part(9));
    client.end();
    expect([connection.written, connection.isEnded]).toEqual([['id: 9\n\n'], true]);
  });
});
