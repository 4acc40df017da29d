import { link, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openRejects, openSource, type Source } from '../../../../src/platform/cli/import/source.js';

let folder: string;
const at = (name: string) => join(folder, name);
const textOf = ({ chunks }: Source) => text(chunks as AsyncIterable<Buffer> & NodeJS.ReadableStream);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-source-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('The source of an import', () => {
  it.each([
    ['a.csv', 'csv'],
    ['a.txt', 'csv'],
    ['ndjson', 'csv'],
    ['a.ndjson', 'ndjson'],
    ['a.JSONL', 'ndjson'],
    ['a.jsonl.csv', 'csv'],
  ])('has the format of its extension: %s', async (name, format) => {
    await writeFile(at(name), 'some text');
    const source = await openSource(at(name));
    expect(source).toMatchObject({ format, size: 9 });
    expect(await textOf(source)).toBe('some text');
  });

  it('has the format that the user gives', async () => {
    await writeFile(at('a.csv'), '');
    const source = await openSource(at('a.csv'), 'ndjson');
    expect(source.format).toBe('ndjson');
    await textOf(source);
  });

  it('can be stdin, whose size is unknown', async () => {
    expect(await openSource('-')).toMatchObject({ format: 'csv', size: null, chunks: process.stdin });
    expect(await openSource('-', 'ndjson')).toMatchObject({ format: 'ndjson' });
  });

  it('can be a device, whose size is unknown', async () => {
    const source = await openSource('/dev/null');
    expect(source.size).toBeNull();
    await textOf(source);
  });

  it('can be closed before and after it is read', async () => {
    await writeFile(at('a.csv'), 'some text');
    const [unread, read, stdin] = [
      await openSource(at('a.csv')),
      await openSource(at('a.csv')),
      await openSource('-'),
    ];
    await unread.close();
    await expect(textOf(unread)).rejects.toThrow();
    await textOf(read);
    await read.close();
    await stdin.close();
    expect(process.stdin.destroyed).toBe(false);
  });

  it('must exist and be a file', async () => {
    await expect(openSource(folder)).rejects.toThrow(`${folder} is a directory, not a file.`);
    await expect(openSource(at('nowhere.csv'))).rejects.toThrow(`${at('nowhere.csv')} does not exist.`);
  });
});

describe('The file of rejects', () => {
  it('is created or overwritten', async () => {
    await writeFile(at('source.csv'), 'rows');
    for (let time = 0; time < 2; time++) {
      const target = await openRejects(at('rejects.csv'), at('source.csv'));
      await target.write('reject');
      await target.close();
      expect(await readFile(at('rejects.csv'), 'utf8')).toBe('reject');
    }
    await (await openRejects(at('other.csv'), at('nowhere.csv'))).close();
  });

  it('cannot be the imported file, under any name', async () => {
    await writeFile(at('source.csv'), 'rows');
    await link(at('source.csv'), at('alias.csv'));
    for (const name of ['source.csv', 'alias.csv'])
      await expect(openRejects(at(name), at('source.csv'))).rejects.toThrow('is the imported file itself');
    expect(await readFile(at('source.csv'), 'utf8')).toBe('rows');
  });
});
