import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { createKey } from '../../../src/platform/access/keys/keys.js';
import { SCOPES } from '../../../src/scopes.js';
import { eventually } from '../../../testing/eventually.js';
import { CommandLine } from '../../support/command-line.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { startService, type RunningService } from '../../support/service.js';

// Each command is a process of its own, while other tests use the same machine.

let database: TestDatabase;
let service: RunningService;
let key: string;

beforeAll(async () => {
  database = await freshDatabase();
  service = await startService(database.url);
  key = await createKey(service.get(DataSource), 'operator', SCOPES);
  await eventually('the key is known', async () => (await register('PO-1')).status === 201);
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

const register = (reference: string) =>
  service.request(
    'POST',
    '/v1/batches',
    { reference, sku: 'LAMP', quantity: 10 },
    { authorization: `Bearer ${key}` },
  );
/** Without a database: a command that looked for one would start its own. */
const cli = (settings: Record<string, string>, ...args: string[]) =>
  new CommandLine({ DATA_DIR: '/dev/null/nowhere', ...settings }, ...args).ended;

/** A way to the service that can be cut. */
async function openWay() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const further = connect(Number(new URL(service.url).port), '127.0.0.1');
    for (const each of [socket, further]) {
      sockets.add(each);
      each.on('error', () => undefined);
    }
    socket.pipe(further).pipe(socket);
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `http://127.0.0.1:${port}`, cut, mend: () => listen(port) };
}

describe('The command line with a URL', () => {
  it('asks the service there, and no database', async () => {
    const expected = {
      code: 0,
      stdout: 'reference  sku   quantity  arrival\nPO-1       LAMP        10  on hand\n',
    };

    expect(await cli({ EARMARK_URL: service.url, EARMARK_KEY: key }, 'batches', 'PO-1')).toMatchObject(
      expected,
    );
    expect(await cli({ EARMARK_KEY: key }, 'batches', '--url', service.url, 'PO-1')).toMatchObject(expected);
    const elsewhere = { EARMARK_URL: 'https://earmark.invalid', EARMARK_KEY: key };
    expect(await cli(elsewhere, '--url', service.url, 'batches', 'PO-1')).toMatchObject(expected);
  });

  it.each([
    [{}, /^The call needs a key, .* Set it as EARMARK_KEY\.\n$/],
    [{ EARMARK_KEY: 'wrong' }, /^The key is unknown or was revoked\.\n$/],
    [{ EARMARK_KEY: 'not a key' }, /^EARMARK_KEY must be an API key or a token\n$/],
    [{ EARMARK_URL: 'nowhere' }, /^EARMARK_URL must look like https:\/\/earmark\.example\.com\n$/],
    [{ EARMARK_URL: 'http://127.0.0.1:9' }, /^Cannot reach http:\/\/127\.0\.0\.1:9\/: .+\n$/],
  ])('says in one line what is wrong: %j', async (settings, line) => {
    const ended = await cli({ EARMARK_URL: service.url, ...settings }, 'products');

    expect(ended).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(line) });
  });

  it('sends its key unencrypted to this machine only, unless it is told to', async () => {
    const away = { EARMARK_URL: 'http://earmark.invalid', EARMARK_KEY: key };

    expect(await cli(away, 'products')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'EARMARK_KEY would go to earmark.invalid unencrypted: use https, or --allow-http if nobody can listen on the way.\n',
    });
    // It is sent, if there is somebody.
    for (const settings of [away, { EARMARK_URL: away.EARMARK_URL }])
      expect((await cli(settings, 'products', '--allow-http')).stderr).toMatch(
        /^Cannot reach http:\/\/earmark\.invalid/,
      );
  });

  it('does not repeat a key in what it says', async () => {
    const secret = key.split('_')[2]!;
    for (const url of [service.url, 'http://earmark.invalid', 'http://127.0.0.1:9', 'nowhere']) {
      for (const given of [key, `${key}\u0007`]) {
        const { stdout, stderr } = await cli({ EARMARK_URL: url, EARMARK_KEY: given }, 'products', '--json');
        expect(stdout + stderr).not.toContain(secret);
      }
    }
  });

  it.each([
    ['start', '--url', 'http://127.0.0.1:9'],
    ['migrate', 'up'],
    ['migrate', 'down', 'allocation'],
    ['import', 'batches', 'batches.csv', '--rejects', '/dev/null/rejects.csv'],
    ['export', 'products'],
  ])('refuses what works on the database only: %s %s', async (...args) => {
    const ended = await cli({ EARMARK_URL: 'http://127.0.0.1:9' }, ...args);

    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^`\w+( \w+)?` works on the database only, not on http:\/\/127\.0\.0\.1:9\/: leave out --url, and unset EARMARK_URL\.\n$/,
    );
  });

  it('follows the events, also when it loses the service for a while, and ends quietly on Ctrl-C', async () => {
    const way = await openWay();
    const following = new CommandLine(
      { EARMARK_URL: way.url, EARMARK_KEY: key },
      ...['events', '--follow', '--after', '0'],
    );
    let [printed, said] = ['', ''];
    following.process.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    following.process.stdout!.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const positions = () =>
      printed
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { position: number }).position);
    await eventually('the first event is printed', () => positions().length === 1);

    way.cut();
    await register('PO-2');
    await eventually('it waits', () => said.includes('Waiting for the service: Cannot reach'));
    await way.mend();
    await eventually('the second event is printed', () => positions().length === 2);
    await register('PO-3');
    await eventually('the third event is printed', () => positions().length === 3);
    following.process.kill('SIGINT');

    expect(await following.ended).toMatchObject({ code: 0 });
    expect(positions()).toEqual([1, 2, 3]);
    expect(said.trimEnd().split('\n').length).toBe(1);
    way.cut();
  });
});
