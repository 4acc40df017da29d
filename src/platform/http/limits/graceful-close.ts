import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Connection } from '../protocol/connection.js';

/** How long a closing server still waits for a client: for the rest of a request, or until an answer is read. */
const CLIENT_LIMIT_MS = 2_000;
/** How long a closing server still works on an answer. Longer than any wait of ours inside a call, which is 5 s. */
const ANSWER_LIMIT_MS = 6_000;
/** Between two looks at the connections of a closing server. A request that has just arrived is read before the first. */
const LOOK_MS = 100;

/**
 * Lets nobody keep a closing server open: a connection without a call is cut off at once, whether it was ever used or
 * has sent a part of a head. A call that is complete is answered. Node itself would wait for each of them for ever.
 */
export function closeGracefully(fastify: FastifyInstance): void {
  const { server } = fastify;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  // Node takes a connection for idle as soon as its answer is written, and would cut off whoever still reads it.
  server.closeIdleConnections = () => undefined;
  fastify.addHook('preClose', (done) => {
    if (!server.listening) return done();
    const closingAt = performance.now();
    const look = setInterval(() => {
      const elapsed = performance.now() - closingAt;
      for (const socket of sockets) {
        if (elapsed > patienceWith(Connection.of(socket)?.open ?? [])) socket.destroy();
      }
    }, LOOK_MS);
    server.once('close', () => clearInterval(look));
    done();
  });
}

/** For so many ms a connection is kept, by the answers that are open on it. */
function patienceWith(open: readonly ServerResponse[]): number {
  if (open.length === 0) return 0;
  const isOurTurn = open.some(({ req, writableEnded }) => req.complete && !writableEnded);
  return isOurTurn ? ANSWER_LIMIT_MS : CLIENT_LIMIT_MS;
}
