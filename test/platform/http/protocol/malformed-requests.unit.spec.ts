import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  lingerUntilRead,
  rejectMalformed,
} from '../../../../src/platform/http/protocol/malformed-requests.js';
import { Connection } from '../../../../src/platform/http/protocol/connection.js';

/** How long a connection that is refused is still read. */
const LINGER_MS = 2_000;

const done: string[] = [];
class OneSocket extends EventEmitter {
  writable = true;
  destroySoon = () => void done.push('destroyed soon');

  pause(): void {
    // It has nothing to read.
  }

  write(text: string): void {
    done.push(text.slice(0, text.indexOf('\r\n')));
  }

  end(): void {
    done.push('ended');
  }

  destroy(): void {
    done.push('destroyed');
  }
}

interface Call {
  readonly request: { complete: boolean };
  readonly response: EventEmitter & { headersSent: boolean; writableFinished: boolean };
}

let socket: OneSocket;
let connection: Connection;
beforeEach(() => {
  jest.useFakeTimers();
  done.length = 0;
  socket = new OneSocket();
  const all = { count: 0, on: new Set<Connection>() };
  connection = new Connection(socket as unknown as Socket, () => undefined, all);
});
afterEach(() => {
  jest.useRealTimers();
});

/** A call that comes over the connection, of which nothing is answered yet. */
function call(isComplete: boolean): Call {
  const request = { socket, complete: isComplete };
  const response = Object.assign(new EventEmitter(), {
    req: request,
    headersSent: false,
    writableFinished: false,
  });
  connection.take(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  return { request, response };
}

/** The answer has gone through. */
function answer({ response }: Call): void {
  response.headersSent = true;
  response.writableFinished = true;
}

const comes = (code?: string) =>
  rejectMalformed(
    Object.assign(new Error('bad'), code !== undefined && { code }),
    socket as unknown as Socket,
  );

describe('Malformed HTTP', () => {
  it.each([
    [undefined, '400 Bad Request'],
    ['HPE_INVALID_METHOD', '400 Bad Request'],
    ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
    ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
  ])('is rejected once, and the connection closed a little later: %s', (code, status) => {
    comes(code);
    comes(code);
    expect(done).toEqual([`HTTP/1.1 ${status}`, 'ended']);
    jest.advanceTimersByTime(LINGER_MS - 1);
    expect(done).toHaveLength(2);
    jest.advanceTimersByTime(1);
    expect(done).toEqual([`HTTP/1.1 ${status}`, 'ended', 'destroyed']);
  });

  it('is not answered if the connection is gone', () => {
    comes('ECONNRESET');
    socket.writable = false;
    comes();
    expect(done).toEqual(['destroyed', 'destroyed']);
  });

  it('is rejected after the answer to the request before it', () => {
    const before = call(true);
    comes();
    expect(done).toEqual([]);
    answer(before);
    before.response.emit('close');
    expect(done).toEqual(['HTTP/1.1 400 Bad Request', 'ended']);
  });

  it('is rejected after the last of several answers', () => {
    const [first, second] = [call(true), call(true)];
    answer(first);
    first.response.emit('close');
    comes();
    expect(done).toEqual([]);
    second.response.emit('close');
    expect(done).toEqual(['HTTP/1.1 400 Bad Request', 'ended']);
  });

  it('is not rejected if the connection was lost meanwhile', () => {
    const before = call(true);
    comes();
    socket.writable = false;
    before.response.emit('close');
    expect(done).toEqual([]);
  });

  it('is rejected at once if the answer before it is complete', () => {
    answer(call(true));
    comes();
    expect(done).toEqual(['HTTP/1.1 400 Bad Request', 'ended']);
  });

  it('in the middle of a request rejects that request', () => {
    call(false);
    comes();
    expect(done).toEqual(['HTTP/1.1 400 Bad Request', 'ended']);
  });

  it('that is the rest of an answered request gets no second answer', () => {
    const early = call(false);
    answer(early);
    early.response.emit('close');
    comes();
    expect(done).toEqual(['ended']);
  });
});

describe('A connection whose request is answered before it is complete', () => {
  it('is read for a little longer', () => {
    lingerUntilRead({ socket, complete: false } as unknown as IncomingMessage);
    socket.destroySoon();
    expect(done).toEqual(['ended']);
    jest.advanceTimersByTime(LINGER_MS);
    expect(done).toEqual(['ended', 'destroyed']);
  });

  it('is closed at once if its request is complete', () => {
    lingerUntilRead({ socket, complete: true } as unknown as IncomingMessage);
    socket.destroySoon();
    expect(done).toEqual(['destroyed soon']);
  });
});
