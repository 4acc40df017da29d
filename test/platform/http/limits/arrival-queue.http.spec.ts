import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ArrivalQueue } from '../../../../src/platform/http/limits/arrival-queue.js';

const TOGETHER = 50;
let server: Server;
let port: number;
let sockets: Socket[];
let events: string[];

beforeEach(async () => {
  const arrivals = new ArrivalQueue(3_600_000);
  events = [];
  server = createServer((request, response) =>
    arrivals.enqueue(request.socket.remoteAddress!, () => {
      events.push(request.url!);
      response.end();
    }),
  );
  server.on('connection', () => {
    events.push('connection');
    arrivals.connectionArrived();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** @param localAddress any of 127.0.0.0/8 is this machine */
function connectAndAsk(path: string, localAddress: string): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  return socket;
}

describe('The arrival queue', () => {
  it('answers no connection before all are accepted, and none waits for all requests of another address', async () => {
    const many = Array.from({ length: TOGETHER }, () => connectAndAsk('/many', '127.0.0.1'));
    sockets = [...many, connectAndAsk('/one', '127.0.0.2')];
    await Promise.all(sockets.map((socket) => once(socket, 'data')));
    expect(new Set(events.slice(0, TOGETHER + 1))).toEqual(new Set(['connection']));
    expect(events.slice(TOGETHER + 1).indexOf('/one')).toBeLessThanOrEqual(1);
  });

  it('answers a later request on the same connection at once', async () => {
    const socket = connectAndAsk('/first', '127.0.0.1');
    sockets = [socket];
    await once(socket, 'data');
    socket.write('GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'data');
    expect(events).toEqual(['connection', '/first', '/second']);
  });
});
