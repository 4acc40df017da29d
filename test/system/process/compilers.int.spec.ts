import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe('TypeScript 7, which compiles for `npm start`', () => {
  it('emits the same JavaScript as `nest build`, which compiles for the tests', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'earmark-compiled-'));
    try {
      const compiler = join(ROOT, 'node_modules/typescript7/bin/tsc');
      const options = ['-p', 'tsconfig.start.json', '--outDir', folder, '--incremental', 'false'];
      const { stdout, status } = spawnSync(
        process.execPath,
        [compiler, ...options, '--tsBuildInfoFile', 'null'],
        {
          cwd: ROOT,
          encoding: 'utf8',
        },
      );
      expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
      const files = await readdir(folder, { recursive: true });
      const programs = files.filter((file) => file.endsWith('.js'));
      expect(programs).toContain(join('src', 'main.js'));
      for (const file of programs) {
        const [emitted, tested] = await Promise.all(
          [folder, join(ROOT, 'dist')].map((root) => readFile(join(root, file), 'utf8')),
        );
        expect([file, emitted]).toEqual([file, tested]);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
