import { expect, it } from '@jest/globals';
import { FirstLines } from '../../../../src/platform/cli/import/repeated-rows.js';

it('FirstLines finds the first line of each of 50,000 keys', () => {
  const lines = new FirstLines();
  const key = (i: number) => [`order-${i % 7_000}`, `SKU-${Math.floor(i / 7_000)}`];
  for (let i = 0; i < 50_000; i++) expect(lines.add(key(i), i + 2)).toBeUndefined();
  for (let i = 0; i < 50_000; i += 17) expect(lines.add(key(i), 60_000 + i)).toBe(i + 2);
});

it('FirstLines distinguishes keys whose codes join to the same text', () => {
  const lines = new FirstLines();
  expect(lines.add(['a', 'bc'], 2)).toBeUndefined();
  expect(lines.add(['ab', 'c'], 3)).toBeUndefined();
  expect(lines.add(['a', 'bc'], 4)).toBe(2);
});
