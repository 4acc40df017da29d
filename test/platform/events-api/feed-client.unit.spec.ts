import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { FeedClient } from '../../../src/platform/events-api/feed-client.js';
import type { FeedPage } from '../../../src/platform/events-api/feed-page.js';

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

  write(text: string): void {
    this.written.push(text);
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
