import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLine, escapeFormula, unescapeFormula } from '../../../src/platform/cli/csv.js';

describe('A CSV line that the service writes', () => {
  it('has quotes around cells that need them', () => {
    expect(csvLine([2, 'a,b', 'say "x"', 'a;b', 'a\tb', ' a', null])).toBe(
      '2,"a,b","say ""x""","a;b","a\tb"," a",\n',
    );
  });

  it.each([
    '=1+1',
    '+1',
    '-5',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    ' =1+1',
    '＝1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    "'=1",
    `=HYPERLINK("https://example.com";"x")`,
  ])('has no cell that a spreadsheet runs as a formula: %j', (text) => {
    const cell = csvLine([text]).trimEnd().replace(/^"/, '');
    expect(cell.startsWith("'")).toBe(true);
    expect(unescapeFormula(escapeFormula(text))).toBe(text);
  });

  it.each(['LAMP', "'LAMP", "'", '', 'A-1', 'A=B', '5'])('keeps a text that is no formula: %j', (text) => {
    expect(csvLine([text])).toBe(`${text}\n`);
    expect(unescapeFormula(text)).toBe(text);
  });

  it('keeps a negative number a number', () => {
    expect(csvLine([-5, '-5'])).toBe("-5,'-5\n");
  });

  it('can be read back to the original texts', () => {
    const text = fc.string({
      unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', ' ', 'a', '"', ','),
    });
    fc.assert(fc.property(text, (each) => unescapeFormula(escapeFormula(each)) === each));
  });
});
