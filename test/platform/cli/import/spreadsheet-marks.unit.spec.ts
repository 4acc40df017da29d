import { describe, expect, it } from '@jest/globals';
import { whyNoCode, whyNoDay, whyNoUnits } from '../../../../src/platform/cli/import/spreadsheet-marks.js';

describe('A code', () => {
  it.each([
    ['4.00639E+12', 'a long number that a spreadsheet shortened'],
    ['4,00639E+12', 'a long number that a spreadsheet shortened'],
    ['4.00639E12', 'a long number that a spreadsheet shortened'],
    ['4.00639e+012', 'a long number that a spreadsheet shortened'],
    ['4E+12', 'a long number that a spreadsheet shortened'],
    ['40.0639E+11', 'a long number that a spreadsheet shortened'],
    ['-1.5E-05', 'a long number that a spreadsheet shortened'],
    ['#N/A', 'is a spreadsheet error'],
    ['#REF!', 'is a spreadsheet error'],
    ['#NAME?', 'is a spreadsheet error'],
    ['#DIV/0!', 'is a spreadsheet error'],
    ['########', 'is a spreadsheet error'],
    ['="00123"', 'is a spreadsheet formula: write 00123'],
  ])('is rejected if a spreadsheet damaged it: %s', (text, why) => {
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
  ])('may be %s, which can be a real code', (text) => {
    expect(whyNoCode(text)).toBeUndefined();
  });
});

describe('A quantity', () => {
  it.each([
    ['1,000', 'has a thousands separator: write digits only'],
    ['1,000,000', 'has a thousands separator: write digits only'],
    ['1 000', 'has a thousands separator: write digits only'],
    ['1\u00a0000', 'has a thousands separator: write digits only'],
    ['1\u202f000', 'has a thousands separator: write digits only'],
    ["1'000", 'has a thousands separator: write digits only'],
    ['1.000.000', 'has a thousands separator: write digits only'],
    ['1.000', 'has a thousands separator or decimals: write digits only'],
    ['1,000.00', 'has a thousands separator and decimals'],
    ['1.000,00', 'has a thousands separator and decimals'],
    ['10.0', 'has decimals: write digits only'],
    ['10,5', 'has decimals: write digits only'],
    ['1.5', 'has decimals: write digits only'],
    ['1E+05', 'a long number that a spreadsheet shortened'],
    ['+5', 'has a sign'],
    [' 5', 'has white space around it'],
    ['5 pcs', 'contains more than digits'],
    ['', 'it is empty'],
    ['#N/A', 'is a spreadsheet error'],
  ])('is rejected with a reason: %j', (text, why) => {
    expect(whyNoUnits(text)).toContain(why);
  });

  it.each(['none', '-1', '0', 'x'.repeat(1_000_000), '1'.repeat(1_000_000)])(
    'has no further reason if it is not recognised or too long',
    (text) => {
      expect(whyNoUnits(text)).toBeUndefined();
    },
  );
});

describe('A date', () => {
  it.each([
    ['31.01.2027', 'format the column as YYYY-MM-DD'],
    ['1/31/2027', 'format the column as YYYY-MM-DD'],
    ['31-01-27', 'format the column as YYYY-MM-DD'],
    ['2027/01/31', 'format the column as YYYY-MM-DD'],
    ['2027-1-31', 'format the column as YYYY-MM-DD'],
    ['20270131', 'format the column as YYYY-MM-DD'],
    ['46000', "is a spreadsheet's serial number of a date: format the column as YYYY-MM-DD"],
    ['46000.5', "is a spreadsheet's serial number of a date"],
    ['2027-01-31T00:00:00Z', 'has a time: write only the date'],
    ['2027-01-31 00:00', 'has a time: write only the date'],
    ['#VALUE!', 'is a spreadsheet error'],
  ])('is rejected with a reason: %s', (text, why) => {
    expect(whyNoDay(text)).toContain(why);
  });

  it.each(['soon', '', 'x'.repeat(1_000_000)])(
    'has no further reason if it is not recognised or too long',
    (text) => {
      expect(whyNoDay(text)).toBeUndefined();
    },
  );
});
