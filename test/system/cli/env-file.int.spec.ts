import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { childEnvironment } from '../../../testing/child-environment.js';

const CLI = fileURLToPath(new URL('../../../dist/src/cli.js', import.meta.url));

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-env-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Runs a command in the folder. */
const run = (settings: Readonly<Record<string, string>> = {}) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    const options = { cwd: folder, env: { ...childEnvironment(), ...settings } };
    const child = execFile(process.execPath, [CLI, 'keys', 'list'], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode!, said: stdout + stderr }),
    );
  });
const setInFile = (lines: string) => writeFile(join(folder, '.env'), lines);

describe('A file .env in the working directory', () => {
  it('provides settings', async () => {
    await setInFile(`DATABASE_URL=${database.url}\n`);
    expect(await run()).toMatchObject({ code: 0 });
    await setInFile('DATABASE_URL=nonsense\n');
    expect(await run()).toEqual({ code: 1, said: expect.stringContaining('DATABASE_URL must look like') });
  });

  it('does not override the environment', async () => {
    await setInFile('DATABASE_URL=nonsense\n');
    expect(await run({ DATABASE_URL: database.url })).toMatchObject({ code: 0 });
  });

  it('may be missing', async () => {
    expect(await run({ DATABASE_URL: database.url })).toMatchObject({ code: 0 });
  });

  it('stops the command if it cannot be read', async () => {
    await mkdir(join(folder, '.env'));
    const { code, said } = await run({ DATABASE_URL: database.url });
    expect(code).toBe(1);
    expect(said).toContain("'.env'");
  });
});
