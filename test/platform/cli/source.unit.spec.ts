import { link, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSource, openTarget, type Source } from '../../../src/platform/cli/source.js';

let folder: string;
const at = (name: string) => join(folder, name);
const textOf = ({ chunks }: Source) => text(chunks as AsyncIterable<Buffer> & NodeJS.ReadableStream);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-source-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('What is imported', () => {
  it.each([
    ['a.csv', 'csv'],
    ['a.txt', 'csv'],
    ['ndjson', 'csv'],
    ['a.ndjson', 'ndjson'],
    ['a.JSONL', 'ndjson'],
    ['a.jsonl.csv', 'csv'],
  ])('is known by its name: %s', async (name, format) => {
    await writeFile(at(name), 'some text');
    const source = await openSource(at(name));
    expect(source).toMatchObject({ format, size: 9 });
    expect(await textOf(source)).toBe('some text');
  });

  it('is what somebody says that it is', async () => {
    await writeFile(at('a.csv'), '');
    const source = await openSource(at('a.csv'), 'ndjson');
    expect(source.format).toBe('ndjson');
    await textOf(source);
  });

  it('may come over stdin, whose size nobody knows', async () => {
    expect(await openSource('-')).toMatchObject({ format: 'csv', size: null, chunks: process.stdin });
    expect(await openSource('-', 'ndjson')).toMatchObject({ format: 'ndjson' });
  });

  it('may be no regular file, whose size says nothing', async () => {
    const source = await openSource('/dev/null');
    expect(source.size).toBeNull();
    await textOf(source);
  });

  it('can be closed before it is read, and after', async () => {
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

  it('is no folder, and is there', async () => {
    await expect(openSource(folder)).rejects.toThrow(`${folder} is a directory: name a file in it.`);
    await expect(openSource(at('nowhere.csv'))).rejects.toThrow(`${at('nowhere.csv')} does not exist.`);
  });
});

describe('Where rejects are written', () => {
  it('is made where it is not there, and made anew where it is', async () => {
    await writeFile(at('source.csv'), 'rows');
    for (let time = 0; time < 2; time++) {
      const target = await openTarget(at('rejects.csv'), at('source.csv'));
      await target.write('reject');
      await target.close();
      expect(await readFile(at('rejects.csv'), 'utf8')).toBe('reject');
    }
    await (await openTarget(at('other.csv'), at('nowhere.csv'))).close();
  });

  it('is not the file that is read, by whatever name', async () => {
    await writeFile(at('source.csv'), 'rows');
    await link(at('source.csv'), at('alias.csv'));
    for (const name of ['source.csv', 'alias.csv'])
      await expect(openTarget(at(name), at('source.csv'))).rejects.toThrow('is the file that is imported');
    expect(await readFile(at('source.csv'), 'utf8')).toBe('rows');
  });
});
