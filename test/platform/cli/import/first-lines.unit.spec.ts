import { expect, it } from '@jest/globals';
import { FirstLines } from '../../../../src/platform/cli/import/first-lines.js';

it('tells in which line a key stood first, however many keys there are', () => {
  const lines = new FirstLines();
  const key = (i: number) => [`order-${i % 7_000}`, `SKU-${Math.floor(i / 7_000)}`];
  for (let i = 0; i < 50_000; i++) expect(lines.note(key(i), i + 2)).toBeUndefined();
  for (let i = 0; i < 50_000; i += 17) expect(lines.note(key(i), 60_000 + i)).toBe(i + 2);
});

it('tells keys apart of which the codes make up the same text', () => {
  const lines = new FirstLines();
  expect(lines.note(['a', 'bc'], 2)).toBeUndefined();
  expect(lines.note(['ab', 'c'], 3)).toBeUndefined();
  expect(lines.note(['a', 'bc'], 4)).toBe(2);
});
