import { chmod, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { linkLibraries } from '../../../src/platform/embedded-postgres/link-libraries.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'earmark-libraries-'));
  await mkdir(join(root, 'native/lib'), { recursive: true });
  await writeFile(join(root, 'native/lib/libpq.so.5.18'), 'code');
});
afterEach(async () => {
  await chmod(join(root, 'native/lib'), 0o755).catch(() => undefined);
  await rm(root, { recursive: true });
});

const lists = (...targets: string[]) =>
  writeFile(
    join(root, 'native/pg-symlinks.json'),
    JSON.stringify(targets.map((target) => ({ source: 'native/lib/libpq.so.5.18', target }))),
  );

describe('The libraries of the embedded PostgreSQL', () => {
  it('are linked as their install script would, also by several processes at once, and once', async () => {
    await lists('native/lib/libpq.so', 'native/lib/libpq.so.5');
    await Promise.all([linkLibraries(root), linkLibraries(root)]);
    await linkLibraries(root);

    for (const name of ['libpq.so', 'libpq.so.5']) {
      expect(await readlink(join(root, 'native/lib', name))).toBe('libpq.so.5.18');
      expect(await readFile(join(root, 'native/lib', name), 'utf8')).toBe('code');
    }
  });

  it('need no links on a platform that lists none', async () => {
    await expect(linkLibraries(root)).resolves.toBeUndefined();
  });

  it('stop the start with what to do if a link cannot be made', async () => {
    await lists('native/nowhere/libpq.so');
    await expect(linkLibraries(root)).rejects.toThrow(
      /^DATABASE_URL must be set, unless .*npm rebuild.*\(ENOENT\)/,
    );
  });
});
