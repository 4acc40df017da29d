import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DEFAULT_LIMITS } from '../config/limit-settings.js';
import { httpServers } from './http-server.js';

/** Few clients ask for the health at a time. */
const MOST_CONNECTIONS = 74;

/**
 * Answers `/health` on a port of its own with its own connections, so that the service does not seem dead when all other
 * connections are taken. Nothing else is answered there.
 * @param port 0 picks a free one
 * @throws the system's error if the port cannot be used
 */
export async function openHealthDoor(
  app: NestFastifyApplication,
  port: number,
  host: string,
): Promise<Server> {
  const fastify = app.getHttpAdapter().getInstance();
  const limits = { ...DEFAULT_LIMITS, connections: MOST_CONNECTIONS, connectionsPerAddress: null };
  const server = httpServers(limits)((request: IncomingMessage, response: ServerResponse) => {
    // Any other path is answered like one that does not exist.
    if (!/^\/health\/(?:live|ready)(?:\?|$)/.test(request.url ?? '')) request.url = '/nothing-but-health';
    fastify.routing(request, response);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}
