import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Limits } from '../config/limit-settings.js';
import { ArrivalQueue } from '../http/limits/arrival-queue.js';
import { rejectSurplus, answerOddRequests } from '../http/protocol/malformed-requests.js';
import { ConnectionLimits } from '../http/limits/connection-limits.js';
import { refusals } from '../../kernel/metrics/refused.js';

/** How often the server looks for answers that nobody reads, and for requests that do not arrive. */
const LOOK_EVERY_MS = 1_000;

/**
 * How long a request and its head may take to arrive, so that nobody holds a connection by sending byte by byte. Not
 * less: under load it is the service that takes long to read what has arrived.
 */
const ARRIVAL_MS = 30_000;

/**
 * Makes servers whose callers cannot take all connections from each other. Fastify asks for one for each address of
 * `HOST`; all of them share the limits.
 */
export function httpServers(limits: Limits): (handle: RequestListener) => Server {
  const connections = new ConnectionLimits(limits);
  return (handle) => {
    const server = createServer({
      headersTimeout: ARRIVAL_MS,
      requestTimeout: ARRIVAL_MS,
      connectionsCheckingInterval: LOOK_EVERY_MS,
      // Longer than the 60 s after which usual load balancers drop an idle connection: they must be first.
      keepAliveTimeout: 72_000,
      maxHeaderSize: 16 * 1024,
      // Rejected by a problem of ours.
      requireHostHeader: false,
    });
    // Otherwise one of several processes hands a surplus connection on to the next one, in circles. Node 20 still does.
    Object.assign(server, { maxConnections: limits.connections, dropMaxConnection: true });
    server.on('drop', () => refusals.note('connections', 'all are busy'));
    const arrivals = new ArrivalQueue();
    const answer: RequestListener = (request, response) =>
      arrivals.enqueue(request.socket.remoteAddress ?? '', () => handle(request, response));
    // After Node's own listener, which has set up its parser.
    server.on('connection', (socket: Socket) => {
      arrivals.connectionArrived();
      connections.add(socket, answer, rejectSurplus);
    });
    answerOddRequests(server);
    server.on('request', (request, response) => connections.take(request, response));

    const looking = setInterval(() => connections.closeUnread(), LOOK_EVERY_MS).unref();
    server.once('close', () => clearInterval(looking));
    return server;
  };
}
