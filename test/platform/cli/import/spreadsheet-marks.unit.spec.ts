import { describe, expect, it } from '@jest/globals';
import { whyNoCode, whyNoDay, whyNoUnits } from '../../../../src/platform/cli/import/spreadsheet-marks.js';

describe('A code', () => {
  it.each([
    ['4.00639E+12', 'shortens a long number'],
    ['4,00639E+12', 'shortens a long number'],
    ['4.00639E12', 'shortens a long number'],
    ['4.00639e+012', 'shortens a long number'],
    ['4E+12', 'shortens a long number'],
    ['40.0639E+11', 'shortens a long number'],
    ['-1.5E-05', 'shortens a long number'],
    ['#N/A', 'is an error of a spreadsheet'],
    ['#REF!', 'is an error of a spreadsheet'],
    ['#NAME?', 'is an error of a spreadsheet'],
    ['#DIV/0!', 'is an error of a spreadsheet'],
    ['########', 'is an error of a spreadsheet'],
    ['="00123"', 'is a formula of a spreadsheet: write 00123'],
  ])('is not what a spreadsheet has made of one: %s', (text, why) => {
    expect(whyNoCode(text)).toContain(why);
  });

  it.each([
    '1E5',
    '12E40',
    '4006390000000',
    'A4.5E+3',
    '4.00639E+12-B',
    '1.5',
    '#1',
    '#A',
    '=A',
    'E+12',
    '4.E',
  ])('may be %s, which somebody may mean', (text) => {
    expect(whyNoCode(text)).toBeUndefined();
  });
});

describe('A number of units', () => {
  it.each([
    ['1,000', 'has a thousands separator: write digits alone'],
    ['1,000,000', 'has a thousands separator: write digits alone'],
    ['1 000', 'has a thousands separator: write digits alone'],
    ['1\u00a0000', 'has a thousands separator: write digits alone'],
    ['1\u202f000', 'has a thousands separator: write digits alone'],
    ["1'000", 'has a thousands separator: write digits alone'],
    ['1.000.000', 'has a thousands separator: write digits alone'],
    ['1.000', 'has a thousands separator or decimals: write digits alone'],
    ['1,000.00', 'has a thousands separator and decimals'],
    ['1.000,00', 'has a thousands separator and decimals'],
    ['10.0', 'has decimals: write digits alone'],
    ['10,5', 'has decimals: write digits alone'],
    ['1.5', 'has decimals: write digits alone'],
    ['1E+05', 'shortens a long number'],
    ['+5', 'has a sign'],
    [' 5', 'has white space around it'],
    ['5 pcs', 'has more than digits'],
    ['', 'it is empty'],
    ['#N/A', 'is an error of a spreadsheet'],
  ])('says of %j what is wrong', (text, why) => {
    expect(whyNoUnits(text)).toContain(why);
  });

  it.each(['none', '-1', '0', 'x'.repeat(1_000_000), '1'.repeat(1_000_000)])(
    'gets no more said of it if nothing is known, or if it is long',
    (text) => {
      expect(whyNoUnits(text)).toBeUndefined();
    },
  );
});

describe('A day', () => {
  it.each([
    ['31.01.2027', 'format the column as YYYY-MM-DD'],
    ['1/31/2027', 'format the column as YYYY-MM-DD'],
    ['31-01-27', 'format the column as YYYY-MM-DD'],
    ['2027/01/31', 'format the column as YYYY-MM-DD'],
    ['2027-1-31', 'format the column as YYYY-MM-DD'],
    ['20270131', 'format the column as YYYY-MM-DD'],
    ['46000', 'is the number by which a spreadsheet knows a day: format the column as YYYY-MM-DD'],
    ['46000.5', 'is the number by which a spreadsheet knows a day'],
    ['2027-01-31T00:00:00Z', 'has a time: write the day alone'],
    ['2027-01-31 00:00', 'has a time: write the day alone'],
    ['#VALUE!', 'is an error of a spreadsheet'],
  ])('says of %s which form it must have', (text, why) => {
    expect(whyNoDay(text)).toContain(why);
  });

  it.each(['soon', '', 'x'.repeat(1_000_000)])(
    'gets no more said of it if nothing is known, or if it is long',
    (text) => {
      expect(whyNoDay(text)).toBeUndefined();
    },
  );
});
