import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { childEnvironment } from '../../../testing/child-environment.js';
import { freePort } from '../../../testing/ports.js';
import { ROOT } from '../../../tools/docgen/source.js';
import { startKeyedService, type KeyedService } from './keyed-service.js';
import { Program } from './program.js';

// It is packed, installed, and compiled against.

const run = promisify(execFile);
const CLIENT = join(ROOT, 'client');
const COMPILER = join(ROOT, 'node_modules/typescript7/bin/tsc');

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let folder: string;
let packed: Packed;
let keyed: KeyedService;

/** As somebody has it who has nothing else: a folder, and the archive. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-client-'));
  const env = childEnvironment();
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: CLIENT, env });
  const answer = JSON.parse(stdout) as Packed[] | Record<string, Packed>;
  packed = Object.values(answer)[0]!;
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const options = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  await run('npm', ['install', `./${packed.filename}`, ...options], { cwd: folder, env });
  keyed = await startKeyedService();
});
afterAll(async () => {
  await keyed.close();
  await rm(folder, { recursive: true, force: true });
});

const read = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;

/** Compiles the sources of a folder as strictly as one can, with the types of the package and those of `types`. */
async function compile(of: string, options: object): Promise<void> {
  const tsconfig = {
    compilerOptions: {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      module: 'nodenext',
      target: 'es2023',
      rootDir: '.',
      typeRoots: [join(ROOT, 'node_modules/@types')],
      ...options,
    },
    include: ['*.ts'],
  };
  await writeFile(join(folder, of, 'tsconfig.json'), JSON.stringify(tsconfig));
  await run(process.execPath, [COMPILER, '--project', join(folder, of)]).catch(
    ({ stdout }: { stdout: string }) => Promise.reject(new Error(stdout)),
  );
}

const node = (file: string, args: readonly string[] = [], more: Readonly<Record<string, string>> = {}) =>
  new Program(process.execPath, [file, ...args], {
    cwd: folder,
    environment: { ...keyed.environment, ...more },
  });

describe('The package @earmark/client', () => {
  it('holds code, types, licence and a page to begin with, and needs no other package', async () => {
    const paths = packed.files.map(({ path }) => path);

    expect(paths.filter((path) => !/^dist\/.+\.(?:js|d\.ts)$/.test(path)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
    ]);
    expect(paths).toContain('dist/index.js');
    expect(await readdir(join(folder, 'node_modules'))).toEqual(
      expect.not.arrayContaining([expect.stringMatching(/^[a-z]/)]),
    );
  });

  it('has the version, the licence and the versions of Node of the service', async () => {
    const [its, ours] = [await read(join(CLIENT, 'package.json')), await read(join(ROOT, 'package.json'))];

    for (const field of ['version', 'license', 'engines'])
      expect([field, its[field]]).toEqual([field, ours[field]]);
    expect(await readFile(join(CLIENT, 'LICENSE'), 'utf8')).toBe(
      await readFile(join(ROOT, 'LICENSE'), 'utf8'),
    );
  });

  it('runs from plain JavaScript', async () => {
    const program = `
      import { Earmark, EarmarkProblem } from '@earmark/client';
      const { EARMARK_URL: url, EARMARK_KEY: key } = process.env;
      const earmark = new Earmark({ url, key });
      await earmark.batches.register({ body: { reference: 'PO-1', sku: 'LAMP', quantity: 5 } });
      const { data, response } = await earmark.products.find({ path: { sku: 'LAMP' } });
      console.log(data.available, response.headers.get('etag') !== null);
      for (const call of [
        () => earmark.products.find({ path: { sku: 'GHOST' } }),
        () => new Earmark({ url, key: 'earmark_wrong' }).products.list(),
      ]) await call().catch((error) => console.log(error instanceof EarmarkProblem, error.code));
    `;
    await writeFile(join(folder, 'plain.mjs'), program);

    const { code, lines } = await node('plain.mjs').end();

    expect(lines).toEqual(['5 true', 'true unknown-sku', 'true unauthenticated']);
    expect(code).toBe(0);
  });

  it('has types that let wrong programs not compile, also where there is only a browser', async () => {
    const program = `
      import { Earmark, EarmarkProblem, isProblem, type EventOf } from '@earmark/client';
      const earmark = new Earmark({ url: 'http://127.0.0.1:3000' });
      // @ts-expect-error: the path is missing
      earmark.orders.find({});
      // @ts-expect-error: units are a number
      earmark.allocations.allocate({ body: { orderId: 'o-1', sku: 'LAMP', quantity: '3' } });
      // @ts-expect-error: a field of that name there is not
      earmark.batches.register({ body: { reference: 'PO-1', sku: 'LAMP', quantity: 3, colour: 'red' } });
      // @ts-expect-error: the service has no such problem
      isProblem(null, 'out-of-luck');
      export function told(error: unknown): number | undefined {
        if (!(error instanceof EarmarkProblem)) return undefined;
        // @ts-expect-error: not every problem has this fact
        error.problem.prunedUpTo;
        return error.code === 'events-pruned' ? error.problem.prunedUpTo : error.retryAfter;
      }
      export async function units(event: EventOf<'LineAllocated'>): Promise<number> {
        for await (const other of earmark.events({ after: event.position })) {
          if (other.type === 'PromisesChanged') return other.data.units;
          // @ts-expect-error: not every event has an order
          other.data.orderId.length;
        }
        return event.data.quantity;
      }
    `;
    await cp(join(folder, 'node_modules'), join(folder, 'browser/node_modules'), { recursive: true });
    await writeFile(join(folder, 'browser/package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'browser/wrong.ts'), program);

    await compile('browser', { types: [], lib: ['es2023', 'dom', 'dom.asynciterable'], noEmit: true });
  });
});

describe('The examples of the client', () => {
  beforeAll(async () => {
    for (const file of await readdir(join(CLIENT, 'examples')))
      if (file.endsWith('.ts')) await cp(join(CLIENT, 'examples', file), join(folder, file));
    await compile('.', { types: ['node'], lib: ['es2023'] });
  });

  it('promise an order line, and follow the events', async () => {
    const feed = node('follow-events.js', ['0']);

    const order = await node('first-order.js').end();
    await feed.hasWritten(/^\d+: 3 SMALL-TABLE of PO-2031 for order-7$/);
    const ended = await feed.end('SIGTERM');

    expect(order).toEqual({ code: 0, lines: ['promised from PO-2031, on hand'] });
    expect(ended.code).toBe(0);
  });

  it('receive a webhook, and refuse one that is not from the service', async () => {
    const { service, key } = keyed;
    const port = await freePort();
    const headers = { authorization: `Bearer ${key}` };
    const url = `http://127.0.0.1:${port}/`;
    const { body: created } = await service.request<{ id: string; secret: string }>(
      'POST',
      '/v1/webhooks',
      { url, types: ['*'] },
      headers,
    );
    const receiver = node('receive-webhooks.js', [], { PORT: String(port), WEBHOOK_SECRET: created.secret });
    await receiver.hasWritten(/^listening$/);

    const tested = await service.request('POST', `/v1/webhooks/${created.id}/test`, undefined, headers);
    const forged = await fetch(url, { method: 'POST', body: '{}', headers: { 'webhook-id': 'evt-1' } });

    expect(tested.body).toMatchObject({ delivered: true, status: 204 });
    expect(forged.status).toBe(400);
    const { lines } = await receiver.end('SIGTERM');
    expect(lines.filter((line) => !line.endsWith('listening'))).toEqual([
      expect.stringMatching(/: WebhookTested of TEST$/),
    ]);
  });
});
