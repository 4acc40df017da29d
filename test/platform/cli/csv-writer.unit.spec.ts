import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLine } from '../../../src/platform/cli/csv-writer.js';
import { withFormula, withoutFormula } from '../../../src/platform/cli/formulas.js';

describe('A line of CSV that the service writes', () => {
  it('has quotes around a cell that needs them', () => {
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
  ])('has no cell that a spreadsheet computes: %j', (text) => {
    const cell = csvLine([text]).trimEnd().replace(/^"/, '');
    expect(cell.startsWith("'")).toBe(true);
    expect(withFormula(withoutFormula(text))).toBe(text);
  });

  it.each(['LAMP', "'LAMP", "'", '', 'A-1', 'A=B', '5'])(
    'leaves a text as it is that is no formula: %j',
    (text) => {
      expect(csvLine([text])).toBe(`${text}\n`);
      expect(withFormula(text)).toBe(text);
    },
  );

  it('writes a negative number as a number', () => {
    expect(csvLine([-5, '-5'])).toBe("-5,'-5\n");
  });

  it('can be read back to what every text was', () => {
    const text = fc.string({
      unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', ' ', 'a', '"', ','),
    });
    fc.assert(fc.property(text, (each) => withFormula(withoutFormula(each)) === each));
  });
});
