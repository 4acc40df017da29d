import { describe, expect, it } from '@jest/globals';
import { Lines, type Line } from '../../../../src/platform/cli/import/lines.js';

const MIB = 1024 * 1024;

/** The lines of a file that arrives in these chunks. */
function linesOf(...chunks: readonly (string | Buffer)[]): Line[] {
  const lines = new Lines();
  return [...chunks.flatMap((chunk) => [...lines.push(Buffer.from(chunk as string))]), ...lines.rest()];
}

describe('The lines of a file', () => {
  it('have numbers and the position of their end', () => {
    const lines = [
      { number: 1, text: 'one', end: 4 },
      { number: 2, text: '', end: 5 },
      { number: 3, text: 'thrée', end: 13 },
      { number: 4, text: 'four', end: 17 },
    ];
    const file = Buffer.from('one\n\nthrée\r\nfour');
    expect(linesOf(file)).toEqual(lines);
    for (const at of file.keys()) expect(linesOf(file.subarray(0, at), file.subarray(at))).toEqual(lines);
    expect(linesOf(...[...file].map((byte) => Buffer.from([byte])))).toEqual(lines);
  });

  it('do not include an empty one after the last line feed', () => {
    expect(linesOf('one\n')).toHaveLength(1);
    expect(linesOf('')).toEqual([]);
    expect(linesOf('\n')).toEqual([{ number: 1, text: '', end: 1 }]);
  });

  it('lose a carriage return at their end, but not within', () => {
    expect(linesOf('a\rb\r\r\n').map(({ text }) => text)).toEqual(['a\rb\r']);
    expect(linesOf('a\r').map(({ text }) => text)).toEqual(['a']);
  });

  it('lose one byte order mark at the start of the file', () => {
    expect(linesOf('\uFEFF\uFEFFa\n\uFEFFb').map(({ text }) => text)).toEqual(['\uFEFFa', '\uFEFFb']);
  });

  it('may have 1 MiB, and are dropped if they are longer', () => {
    const longest = 'x'.repeat(MIB);
    expect(linesOf(longest, '\n', longest, 'x', 'x', '\nend')).toEqual([
      { number: 1, text: longest, end: MIB + 1 },
      { number: 2, text: null, unreadable: 'row-too-long', end: 2 * MIB + 4 },
      { number: 3, text: 'end', end: 2 * MIB + 7 },
    ]);
    expect(linesOf(longest, 'x')).toEqual([
      { number: 1, text: null, unreadable: 'row-too-long', end: MIB + 1 },
    ]);
  });

  it('are unreadable if they are not UTF-8', () => {
    expect(linesOf(Buffer.from('caf\xe9\nend', 'latin1'))).toEqual([
      { number: 1, text: null, unreadable: 'not-utf-8', end: 5 },
      { number: 2, text: 'end', end: 8 },
    ]);
  });
});
