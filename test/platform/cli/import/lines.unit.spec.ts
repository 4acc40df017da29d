import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { linesOf as splitLines, type Line } from '../../../../src/platform/cli/import/lines.js';

const MIB = 1024 * 1024;

/** The lines of a file that arrives in these chunks. */
async function linesOf(...chunks: readonly (string | Buffer)[]): Promise<Line[]> {
  const found: Line[] = [];
  const file = Readable.from(chunks.map((chunk) => Buffer.from(chunk as string)));
  for await (const line of splitLines(file)) found.push(line);
  return found;
}

const unreadable = (reason: string): unknown => expect.objectContaining({ reason, text: '' });

describe('The lines of a file', () => {
  it('have numbers and the position of their end', async () => {
    const lines = [
      { number: 1, text: 'one', end: 4 },
      { number: 2, text: '', end: 5 },
      { number: 3, text: 'thrée', end: 13 },
      { number: 4, text: 'four', end: 17 },
    ];
    const file = Buffer.from('one\n\nthrée\r\nfour');
    expect(await linesOf(file)).toEqual(lines);
    for (const at of file.keys())
      expect(await linesOf(file.subarray(0, at), file.subarray(at))).toEqual(lines);
    expect(await linesOf(...[...file].map((byte) => Buffer.from([byte])))).toEqual(lines);
  });

  it('do not include an empty one after the last line feed', async () => {
    expect(await linesOf('one\n')).toHaveLength(1);
    expect(await linesOf('')).toEqual([]);
    expect(await linesOf('\n')).toEqual([{ number: 1, text: '', end: 1 }]);
  });

  it('lose a carriage return at their end, but not within', async () => {
    expect((await linesOf('a\rb\r\r\n')).map(({ text }) => text)).toEqual(['a\rb\r']);
    expect((await linesOf('a\r')).map(({ text }) => text)).toEqual(['a']);
  });

  it('lose one byte order mark at the start of the file', async () => {
    expect((await linesOf('\uFEFF\uFEFFa\n\uFEFFb')).map(({ text }) => text)).toEqual(['\uFEFFa', '\uFEFFb']);
  });

  it('may have 1 MiB, and are dropped if they are longer', async () => {
    const longest = 'x'.repeat(MIB);
    expect(await linesOf(longest, '\n', longest, 'x', 'x', '\nend')).toEqual([
      { number: 1, text: longest, end: MIB + 1 },
      { number: 2, text: unreadable('row-too-long'), end: 2 * MIB + 4 },
      { number: 3, text: 'end', end: 2 * MIB + 7 },
    ]);
    expect(await linesOf(longest, 'x')).toEqual([
      { number: 1, text: unreadable('row-too-long'), end: MIB + 1 },
    ]);
  });

  it('are unreadable if they are not UTF-8', async () => {
    expect(await linesOf(Buffer.from('caf\xe9\nend', 'latin1'))).toEqual([
      { number: 1, text: unreadable('not-utf-8'), end: 5 },
      { number: 2, text: 'end', end: 8 },
    ]);
  });
});
