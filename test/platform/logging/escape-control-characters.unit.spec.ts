import { describe, expect, it } from '@jest/globals';
import { printable, printableLines } from '../../../src/platform/logging/escape-control-characters.js';

describe('a text for a terminal', () => {
  it.each([
    ['\u001b[2J', '\\u001b[2J'],
    ['a\nb\r\tc', 'a\\u000ab\\u000d\\u0009c'],
    ['\0\u007f\u0085\u009b31m', '\\u0000\\u007f\\u0085\\u009b31m'],
    ['a\u2028b\u2029', 'a\\u2028b\\u2029'],
  ])('has its control characters escaped: %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('is unchanged without control characters', () => {
    const text = 'é e\u0301 \u{1f4a9} שלום \\u001b "quoted" \u00a0';
    expect(printable(text)).toBe(text);
    expect(printableLines(text)).toBe(text);
  });

  it('keeps its line breaks if it has several lines', () => {
    expect(printableLines('Error: x\u001b\n\tat y\r')).toBe('Error: x\\u001b\n\tat y\\u000d');
  });
});
