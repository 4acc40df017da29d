import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { freePort } from '../../../testing/ports.js';
import { InvalidSetting } from '../../../src/platform/config/setting-parsers.js';
import { readAllSettings } from '../../../src/settings.js';
import { CommandLine } from '../../support/command-line.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { TestIssuer } from '../../support/issuer.js';
import { ServiceProcess } from '../../support/service-process.js';

// Each start is a process of its own, while other tests use the same machine.

/** A password that stands nowhere else. */
const PASSWORD = 'pa55-of-the-house';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
const start = (settings: Record<string, string>) => {
  const service = new ServiceProcess({ DATABASE_URL: database.url, LOG_LEVEL: 'verbose', ...settings });
  closing.push(() => service.stop('SIGKILL'));
  return service;
};

/** A server that lets nobody in. */
async function closedDoor(
  greet: string,
  answer: (words: string) => string,
): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write(greet);
    socket.on('data', (chunk) => {
      heard.push(chunk.toString());
      socket.write(answer(chunk.toString()));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, heard };
}

/** The parts of what was said that hold the secret, or what could be made of it. */
function leaks(said: string, ...secrets: string[]): string[] {
  const forms = secrets.flatMap((secret) => [
    secret,
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('hex'),
    encodeURIComponent(secret),
  ]);
  return said.split('\n').filter((line) => forms.some((form) => line.includes(form)));
}

describe('The output of the process', () => {
  it.each<[string, () => Promise<string> | string]>([
    ['nobody listens', async () => `postgres://earmark:${PASSWORD}@127.0.0.1:${await freePort()}/earmark`],
    ['no host is', () => `postgres://earmark:${PASSWORD}@nowhere.invalid:5432/earmark`],
    ['the password is wrong', refusingPostgres],
    ['the address is none', () => `http://earmark:${PASSWORD}@127.0.0.1/earmark`],
  ])('holds no password of a database if %s', async (_, makeUrl) => {
    const { code, stdout, stderr } = await start({ DATABASE_URL: await makeUrl() }).ended;

    expect(code).toBe(1);
    expect(stderr).toMatch(/^DATABASE_URL /);
    expect(leaks(stdout + stderr, PASSWORD)).toEqual([]);
  });

  /** It asks for the password in clear, and takes none. */
  async function refusingPostgres(): Promise<string> {
    const message = (type: string, body: Buffer) => {
      const head = Buffer.alloc(5);
      head.write(type);
      head.writeInt32BE(body.length + 4, 1);
      return Buffer.concat([head, body]).toString('latin1');
    };
    const { port } = await closedDoor('', (words) =>
      words.startsWith('p')
        ? message('E', Buffer.from('SFATAL\0C28P01\0Mpassword authentication failed for user "earmark"\0\0'))
        : message('R', Buffer.from([0, 0, 0, 3])),
    );
    return `postgres://earmark:${PASSWORD}@127.0.0.1:${port}/earmark`;
  }

  it.each([
    ['REDIS_URL', `http://user:${PASSWORD}@127.0.0.1`],
    ['NATS_URL', `nats://user:${PASSWORD}@127.0.0.1,http://user:${PASSWORD}@127.0.0.1`],
    ['SMTP_URL', `mail://user:${PASSWORD}@127.0.0.1`],
    ['OIDC_ISSUER', `https://user:${PASSWORD}@login.example.com`],
  ])('holds no password of an invalid setting: %s', (name, value) => {
    // The process says no more than the message, as process.e2e.spec.ts shows.
    let error: unknown;
    try {
      readAllSettings({ OIDC_AUDIENCE: 'earmark', [name]: value });
    } catch (caught) {
      error = caught;
    }

    expect(error).toBeInstanceOf(InvalidSetting);
    const { message } = error as InvalidSetting;
    expect(message).toMatch(new RegExp(`^${name === 'OIDC_ISSUER' ? name : `(?:${name}|OIDC_ISSUER)`} `));
    expect(leaks(message, PASSWORD)).toEqual([]);
  });

  it('holds no password of a broker or mail server that rejects it, and no key and no token', async () => {
    const redis = await closedDoor('', (words) =>
      // One error for each command that came.
      '-WRONGPASS invalid username-password pair or user is disabled.\r\n'.repeat(
        words.match(/\*\d/g)?.length ?? 0,
      ),
    );
    const info = { server_id: 'x', version: '2.11.0', proto: 1, max_payload: 1_048_576, auth_required: true };
    const nats = await closedDoor(`INFO ${JSON.stringify(info)}\r\n`, (words) =>
      words.includes('CONNECT') ? "-ERR 'Authorization Violation'\r\n" : '',
    );
    const tries: string[] = [];
    const mail = new SMTPServer({
      authOptional: false,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: ({ password }, _session, done) => {
        tries.push(password ?? '');
        done(new Error('Invalid username or password'));
      },
    });
    mail.on('error', () => undefined);
    mail.listen(0, '127.0.0.1');
    await once(mail.server, 'listening');
    closing.push(() => new Promise<void>((resolve) => mail.close(() => resolve())));
    const issuer = await TestIssuer.open();
    closing.push(() => issuer.stop());

    const service = start({
      REDIS_URL: `redis://user:${PASSWORD}@127.0.0.1:${redis.port}`,
      NATS_URL: `nats://user:${PASSWORD}@127.0.0.1:${nats.port}`,
      SMTP_URL: `smtp://user:${PASSWORD}@127.0.0.1:${(mail.server.address() as AddressInfo).port}`,
      OIDC_ISSUER: issuer.oidc.issuer,
      OIDC_AUDIENCE: issuer.oidc.audience,
      RATE_LIMIT: '1000',
    });
    const url = await service.ready;
    const created = await new CommandLine(
      { DATABASE_URL: database.url },
      'keys',
      'create',
      'shop',
      '--scopes',
      'read,batches:write,allocations:write',
    ).ended;
    const key = created.stdout.trim();
    const [, , secret = ''] = key.split('_');
    const good = await issuer.token({ scope: 'read' });
    const expired = await issuer.token({ scope: 'read', exp: -600 });
    const forged = `${good.slice(0, -8)}AAAAAAAA`;
    const call = (path: string, authorization?: string, init: RequestInit = {}) =>
      fetch(`${url}${path}`, {
        ...init,
        headers: {
          ...(authorization !== undefined && { authorization }),
          ...(init.body !== undefined && { 'content-type': 'application/json' }),
        },
      });
    const post = (path: string, body: string) => call(path, `Bearer ${key}`, { method: 'POST', body });

    expect((await call('/v1/batches', `Bearer ${key}`)).status).toBe(200);
    expect((await call('/v1/batches', `Bearer ${good}`)).status).toBe(200);
    for (const bad of [expired, forged, `${key}0`, key.replace(/^earmark/, 'earmarks'), `${good} ${good}`])
      expect((await call('/v1/batches', `Bearer ${bad}`)).status).toBe(401);
    expect((await call('/v1/batches', `Basic ${btoa(`shop:${secret}`)}`)).status).toBe(401);
    expect((await call('/v1/batches', secret)).status).toBe(401);
    for (const parameter of ['access_token', 'token', 'key', 'api_key', 'apikey', 'authorization']) {
      const path = `/v1/batches?${parameter}=${key}`;
      expect((await call(path)).status).toBe(401);
      const answer = await call(path, `Bearer ${key}`);
      expect(answer.status).toBe(400);
      expect(await answer.text()).not.toContain(secret);
    }
    expect((await call('/v1/subscriptions', `Bearer ${good}`)).status).toBe(403);
    expect((await call(`/v1/${key}`, `Bearer ${key}`)).status).toBe(404);
    await call('/v1/batches/%ff', `Bearer ${key}`);
    await post('/v1/batches', '{"reference": "PO-1", "sku": "TABLE", "quantity": 1}');
    await post('/v1/batches', `{"reference": "${key}`);
    // A mail to send, and something to publish.
    await post('/v1/allocations', '{"orderId": "o-1", "sku": "TABLE", "quantity": 1}');
    expect((await post('/v1/allocations', '{"orderId": "o-2", "sku": "TABLE", "quantity": 1}')).status).toBe(
      409,
    );

    await eventually('Redis was asked', () => redis.heard.join().includes(PASSWORD));
    await eventually('NATS was asked', () => nats.heard.join().includes(PASSWORD));
    await eventually('the mail server was asked', () => tries.includes(PASSWORD), 30_000);
    await issuer.stop();
    await call('/v1/batches', `Bearer ${await issuer.token({ scope: 'read' }, undefined, 'another key')}`);
    await eventually(
      'the log says that mail cannot be sent',
      () => service.said.includes('Cannot send mail'),
      30_000,
    );
    const noRedis = /Redis at 127\.0\.0\.1:\d+ cannot be reached/;
    await eventually('the log says that Redis cannot be reached', () => noRedis.test(service.said), 30_000);

    const { stdout, stderr } = await service.stop('SIGTERM');
    expect(stdout).toMatch(/NATS/);
    expect(stdout).toContain('Token rejected: ERR_JWT_EXPIRED');
    const signatures = [good, expired, forged].map((token) => token.split('.')[2]!.slice(0, 40));
    const payloads = [good, expired].map((token) => token.split('.')[1]!);
    expect(leaks(stdout + stderr, PASSWORD, secret, ...signatures, ...payloads)).toEqual([]);
    expect(leaks(created.stderr, secret)).toEqual([]);
  });
});
