import fc from 'fast-check';

/** Values that break services, by hand and by chance. */

const TEXTS: readonly string[] = [
  // Empty, blank, and blank at an end.
  ...[
    '',
    ' ',
    '\t',
    '\u00a0',
    ' x',
    'x ',
    '\u3000x',
    'x\u2003',
    '\ufeffx',
    'x\ufeff',
    '\u2028x',
    'x\u2029',
    'a\u2028b',
  ],
  // Control characters, C0 and C1, NUL first; what would forge a line of the log or a header.
  ...[
    '\0',
    'a\0b',
    'a\u0001b',
    '\u001b[2J',
    'a\u007f',
    'a\u0085b',
    '\u009b31m',
    'a\rb',
    'a\nb',
    'a\r\nSet-Cookie: x=1',
  ],
  '\n{"level":"fatal","pid":1,"time":"2026-01-01T00:00:00.000Z","message":"forged"}\n',
  // Half characters, joined ones, ones that are no characters, ones that change direction or width.
  ...[
    '\ud800',
    'a\udc00',
    '\udc00\ud800',
    'e\u0301',
    '\u0301',
    'Z\u0351\u036b\u0343',
    '\u202eabc',
    '\u2067x\u2069',
    '\u200b',
  ],
  ...[
    '\u{1f469}\u200d\u{1f467}',
    '\u{10ffff}',
    '\ufffe',
    '\uffff',
    '\ufdd0',
    '\ufdfa',
    '\u{e0001}',
    'ı',
    'ß',
    '２',
  ],
  // As long as may be, and longer.
  ...[
    'x'.repeat(128),
    'x'.repeat(129),
    '\u{1f4a9}'.repeat(128),
    '\u{1f4a9}'.repeat(129),
    'e\u0301'.repeat(64),
    'x'.repeat(5_000),
  ],
  // What means something to somebody else.
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'then',
    'length',
    'null',
    'undefined',
    'NaN',
  ],
  ...[
    '.',
    '..',
    '../../etc/passwd',
    '%2e%2e',
    '%00',
    '%',
    'a/b',
    'a//b',
    'a?b',
    'a#b',
    'a&b=c',
    'a;b',
    'a+b',
    'a\\b',
    '*',
    ':sku',
  ],
  ...[
    "'; drop table batches.batch; --",
    '$1',
    '{{7*7}}',
    '${x}',
    '<script>',
    '"',
    "'",
    '`id`',
    '|',
    '%s%n',
    '=1+1',
    '{a}',
  ],
  ...['0', '-1', '1e3', '0x10', '2147483648', '9007199254740993', '1e400', 'true', '[]', '{}'],
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 140 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 140 }) },
  {
    weight: 2,
    // Any sequence of UTF-16, most of which are no text.
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
      .map((units) => String.fromCharCode(...units)),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...TEXTS), fc.constantFrom(...TEXTS)).map(([a, b]) => a + b),
  },
);

/** Numbers as they are written in JSON, or would be if one could. */
const NUMBERS: readonly string[] = [
  ...['0', '-0', '1', '5', '10', '2147483647', '2147483648', '-1', '-2147483648', '4294967296', '4294967297'],
  ...[
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
    '1e400',
    '-1e400',
    '1e-400',
    '5e-324',
  ],
  ...[
    '1.0',
    '1e0',
    '10E-1',
    '1.5',
    '0.1',
    '1.0000000000000001',
    '2147483647.0000001',
    `1${'0'.repeat(400)}`,
    `0.${'0'.repeat(400)}1`,
  ],
  ...['01', '+1', '.5', '1.', '0x10', '1_000', 'NaN', 'Infinity', '-Infinity', '1n', '--1', '１'],
];

export const hostileNumber: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 1, arbitrary: fc.double().map((value) => String(value)) },
  { weight: 1, arbitrary: fc.maxSafeInteger().map(String) },
);

const DAYS: readonly string[] = [
  ...[
    '2027-01-31',
    '2028-02-29',
    '0001-01-01',
    '9999-12-31',
    '2000-02-29',
    '1900-02-29',
    '2027-02-29',
    '2027-02-30',
  ],
  ...[
    '2027-13-01',
    '2027-00-10',
    '2027-01-00',
    '2027-01-32',
    '0000-01-01',
    '-001-01-01',
    '10000-01-01',
    '+002027-01-31',
  ],
  ...[
    '2027-1-31',
    '27-01-31',
    '20270131',
    '2027-01-31T00:00:00Z',
    '2027-01-31 ',
    '\n2027-01-31',
    '2027/01/31',
    '31.01.2027',
  ],
  ...[
    'infinity',
    '-infinity',
    'now',
    'today',
    'epoch',
    'J2460000',
    '２０２７-01-31',
    '2027-01-31 BC',
    '1582-10-10',
    '2027-W04-7',
  ],
];

export const hostileDay: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...DAYS) },
  { weight: 1, arbitrary: hostileText },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(9999), fc.nat(14), fc.nat(33))
      .map(([year, month, day]) =>
        [String(year).padStart(4, '0'), ...[month, day].map((n) => String(n).padStart(2, '0'))].join('-'),
      ),
  },
);

/** A text as it may be written in JSON: with what must be escaped escaped, or everything. */
export function asJson(text: string, isEscaped = false): string {
  if (!isEscaped) return JSON.stringify(text);
  const units = Array.from({ length: text.length }, (_, i) =>
    text.charCodeAt(i).toString(16).padStart(4, '0'),
  );
  return `"${units.map((unit) => `\\u${unit}`).join('')}"`;
}

/** Anything that can stand for a value in JSON, as it is written; some of it is no JSON at all. */
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(hostileText, fc.boolean()).map(([text, isEscaped]) => asJson(text, isEscaped)),
  },
  { weight: 4, arbitrary: hostileNumber },
  { weight: 2, arbitrary: hostileDay.map((day) => asJson(day)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'null',
      'true',
      'false',
      '[]',
      '{}',
      '[1]',
      '["x"]',
      '{"a":1}',
      '{"length":3}',
    ),
  },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      'undefined',
      "'x'",
      '"x',
      '"\t"',
      '"\\x41"',
      '"\\u12"',
      '/**/1',
      '[1,]',
      '{"a":1,}',
      '{a:1}',
      '\u0000',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '{"__proto__":{"quantity":1}}',
      '{"toJSON":1}',
      '{"constructor":{"prototype":{}}}',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(1, 10, 999, 20_000).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(2, 500, 20_000)
      .map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
  },
);

/** Names of fields that nobody has asked for. */
export const hostileName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'colour',
    'Quantity',
    'SKU',
    'version',
    '',
  ),
  fc.constantFrom(
    'quantity ',
    'eta\u0000',
    'sku[]',
    'sku.a',
    'reference\u200b',
    'x'.repeat(300),
    '\ud800',
    '0',
    '$ne',
    'then',
  ),
  hostileText,
);

/** Mostly this, at times that. */
export const mostly = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>, times = 4): fc.Arbitrary<T> =>
  fc.oneof({ weight: times, arbitrary: usual }, { weight: 1, arbitrary: rare });
