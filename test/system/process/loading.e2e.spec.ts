import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { childEnvironment } from '../../../testing/child-environment.js';
import { freshDatabase } from '../../support/database.js';
import { ServiceProcess } from '../../support/service-process.js';

const run = promisify(execFile);
// The files as they were compiled: in the bundle, packages are no longer apart.
const CLI = fileURLToPath(new URL('../../../dist/src/cli.js', import.meta.url));
const MAIN = fileURLToPath(new URL('../../../dist/src/main.js', import.meta.url));
const RECORDER = new URL('../../support/record-modules.mjs', import.meta.url).href;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-loading-'));
});
afterEach(() => rm(folder, { recursive: true }));

const recording = () => ({
  RECORD_MODULES: join(folder, 'modules'),
  NODE_OPTIONS: `--import ${RECORDER}`,
});

/** The packages that were loaded, without those that only a loaded package can load. */
async function packages(): Promise<Set<string>> {
  const urls = (await readFile(join(folder, 'modules'), 'utf8')).split('\n');
  const found = urls.map((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]);
  return new Set(found.filter((name) => name !== undefined));
}

describe('A start', () => {
  it('loads no library for brokers, mail servers, scrapes or collectors before one is needed', async () => {
    const database = await freshDatabase();
    const settings = { DATABASE_URL: database.url, DATA_DIR: folder, ...recording() };
    const service = new ServiceProcess(settings, MAIN);
    try {
      const url = await service.ready;
      const lazy = /^(?:ioredis|nodemailer|@nats-io\/.*|@opentelemetry\/(?:exporter-.*|sdk-trace-.*))$/;
      const loaded = await packages();
      expect(loaded).toContain('@nestjs/core');
      expect([...loaded].filter((name) => lazy.test(name))).toEqual([]);

      expect((await fetch(`${url}/metrics`)).status).toBe(200);
      expect(await packages()).toContain('@opentelemetry/exporter-prometheus');
    } finally {
      await service.stop('SIGTERM');
      await database.drop();
    }
  });
});

describe('The help of the command line', () => {
  it('loads nothing but the parser of arguments', async () => {
    const { stdout } = await run(process.execPath, [CLI, '--help'], {
      env: { ...childEnvironment(), ...recording() },
    });
    expect(stdout).toContain('Usage: earmark');
    expect([...(await packages())]).toEqual(['commander']);
  });
});
