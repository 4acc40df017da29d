import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readJsonFile } from '../../../src/platform/cli/json-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-json-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('A file of JSON', () => {
  it('is read, with or without a byte order mark', async () => {
    const file = join(folder, 'order.json');
    for (const mark of ['', '\uFEFF']) {
      await writeFile(file, `${mark}{"a": [1]}`);
      expect(await readJsonFile(file)).toEqual({ a: [1] });
    }
  });

  it('is refused with its name and the reason', async () => {
    const file = join(folder, 'broken.json');
    await writeFile(file, '{');
    await expect(readJsonFile(file)).rejects.toThrow(`${file} is not JSON`);
    await expect(readJsonFile(folder)).rejects.toThrow(`${folder} is a directory.`);
    await expect(readJsonFile(`${file}.none`)).rejects.toThrow(`${file}.none does not exist.`);
  });
});
