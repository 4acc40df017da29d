import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makePrivate, makePrivateDirectory } from '../../../src/platform/config/private-files.js';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'earmark-private-'));
});
afterEach(() => rm(home, { recursive: true }));

const modeOf = async (path: string) => (await stat(path)).mode & 0o7777;

describe('A private directory', () => {
  it('is made for its owner alone, and the directories above it stay open', async () => {
    const above = join(home, 'above');
    await makePrivateDirectory(join(above, 'data'));
    expect(await modeOf(join(above, 'data'))).toBe(0o700);
    expect(await modeOf(above)).toBe(0o777 & ~process.umask());
  });

  it.each([0o755, 0o777, 0o770, 0o711])(
    'is closed when it was there with other permissions (%i)',
    async (mode) => {
      const directory = join(home, 'data');
      await mkdir(directory);
      await chmod(directory, mode);
      await makePrivateDirectory(directory);
      expect(await modeOf(directory)).toBe(0o700);
    },
  );

  it('is refused at once in /proc, where nothing can be made', async () => {
    await expect(makePrivateDirectory('/proc/earmark/data')).rejects.toMatchObject({ syscall: 'mkdir' });
  });

  it('stays open when others work in it by design, as in /tmp', async () => {
    const shared = join(home, 'tmp');
    await mkdir(shared);
    await chmod(shared, 0o1777);
    await makePrivateDirectory(shared);
    expect(await modeOf(shared)).toBe(0o1777);
  });

  it('is not made when a file has its name', async () => {
    await writeFile(join(home, 'data'), '');
    await chmod(join(home, 'data'), 0o644);
    await expect(makePrivateDirectory(join(home, 'data'))).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await modeOf(join(home, 'data'))).toBe(0o644);
  });
});

describe('A private file', () => {
  it.each([
    [0o644, 0o600],
    [0o666, 0o600],
    [0o440, 0o400],
    [0o600, 0o600],
  ])('that had mode %o is left with mode %o', async (before, after) => {
    const file = join(home, 'mail.eml');
    await writeFile(file, '');
    await chmod(file, before);
    await makePrivate(file);
    expect(await modeOf(file)).toBe(after);
  });
});
