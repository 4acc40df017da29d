import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Connection } from '../protocol/connection.js';

/** How long a closing server still waits for a client: for the rest of a request, or until an answer is read. */
const CLIENT_LIMIT_MS = 2_000;
/** How long a closing server still works on an answer: longer than any call waits inside, which is 5 s. */
const ANSWER_LIMIT_MS = 6_000;
/** How often a closing server checks its connections. A request that has just arrived is read before the first check. */
const CHECK_EVERY_MS = 100;

/**
 * Closes a server that clients would keep open: connections without a call are cut off at once, even if they have sent a
 * part of a head, and complete calls are answered. Node itself would wait for each of them for ever.
 */
export function closeGracefully(fastify: FastifyInstance): void {
  const { server } = fastify;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  // Node counts a connection as idle once its answer is written, and would cut off a client that still reads it.
  server.closeIdleConnections = () => undefined;
  fastify.addHook('preClose', (done) => {
    if (!server.listening) return done();
    const closingAt = performance.now();
    const check = setInterval(() => {
      const elapsed = performance.now() - closingAt;
      for (const socket of sockets) {
        if (elapsed > closeAfterMs(Connection.of(socket)?.open ?? [])) socket.destroy();
      }
    }, CHECK_EVERY_MS);
    server.once('close', () => clearInterval(check));
    done();
  });
}

/** How long a closing server keeps a connection, in ms, by the answers that are open on it. */
function closeAfterMs(open: readonly ServerResponse[]): number {
  if (open.length === 0) return 0;
  const isOurPart = open.some(({ req, writableEnded }) => req.complete && !writableEnded);
  return isOurPart ? ANSWER_LIMIT_MS : CLIENT_LIMIT_MS;
}
