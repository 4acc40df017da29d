import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DEFAULT_LIMITS } from '../config/limit-settings.js';
import { httpServers } from './http-server.js';

/** Some ask for the health, and few of them at a time. */
const MOST_CONNECTIONS = 74;

/**
 * Answers `/health` at a port of its own, with connections of its own, so that whatever takes all of the others does not
 * make the service seem dead. Nothing else is answered there.
 *
 * @param port 0 picks a free one
 * @throws what the system says if the port cannot be used
 */
export async function openHealthDoor(
  app: NestFastifyApplication,
  port: number,
  host: string,
): Promise<Server> {
  const fastify = app.getHttpAdapter().getInstance();
  const limits = { ...DEFAULT_LIMITS, connections: MOST_CONNECTIONS, connectionsPerAddress: null };
  const server = httpServers(limits)((request: IncomingMessage, response: ServerResponse) => {
    // Whatever else is asked for here is not found, as by any path that nobody knows.
    if (!/^\/health\/(?:live|ready)(?:\?|$)/.test(request.url ?? '')) request.url = '/nothing-but-health';
    fastify.routing(request, response);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}
