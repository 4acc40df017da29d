import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { openHealthDoor } from '../../../src/platform/server/health-door.js';
import { createHttpApp } from '../../../src/platform/server/http-app.js';
import { ProbeModule } from '../http/probe.js';

@Controller('health')
class LiveController {
  @Get('live')
  live(): object {
    return { status: 'ok' };
  }
}

@Module({ imports: [ProbeModule], controllers: [LiveController] })
class LiveModule {}

let app: NestFastifyApplication;
let door: Server;
let url: string;
let sockets: Socket[] = [];
beforeEach(async () => {
  app = await createHttpApp(LiveModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  door = await openHealthDoor(app, 0, '127.0.0.1');
  url = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  door.close();
  door.closeAllConnections();
  await app.close();
});

describe('The health port', () => {
  it('answers /health and nothing else', async () => {
    const answer = await fetch(`${url}/health/live?x=1`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
    for (const path of ['/v1/shelves', '/docs', '/openapi.json', '/health', '/health/live/x', '/metrics'])
      expect([path, (await fetch(url + path)).status]).toEqual([path, 404]);
  });

  it('answers while all other connections are taken, and while silent connections are open on it', async () => {
    app.getHttpServer().maxConnections = 0;
    for (let n = 0; n < 200; n++) {
      const socket = connect((door.address() as AddressInfo).port, '127.0.0.1');
      sockets.push(socket);
      socket.on('error', () => undefined);
      await once(socket, 'connect');
    }
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });
});
