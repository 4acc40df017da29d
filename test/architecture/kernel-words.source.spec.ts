import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Words of the features, which the kernel must not know. */
const FEATURE_WORDS =
  /^(?:skus?|batch(?:es)?|allocat\w*|stock|customers?|products?|mails?|orders|shortages?|alerts?)$/;
/** The word "order" may also be that of a sequence. */
const CUSTOMER_ORDER = /\b(?:an|per|customer|whole) order\b|\border(?:Id|_id| line| id)/;
/** Names that have another meaning: of OpenTelemetry, and of a delivery that takes several events at once. */
const OTHER_MEANINGS = /BatchObservable\w+|deliverBatch/g;

/** The words in identifiers, strings and comments; `orderId` and `ORDER_ID` are two each. */
function wordsOf(line: string): string[] {
  const text = line.replace(OTHER_MEANINGS, '').replace(/([a-z])(?=[A-Z])/g, '$1 ');
  return (text.match(/[A-Za-z]+/g) ?? []).map((word) => word.toLowerCase());
}

const featureWordsIn = (line: string): string[] => [
  ...wordsOf(line).filter((word) => FEATURE_WORDS.test(word)),
  ...(CUSTOMER_ORDER.exec(line) ?? []),
];

const KERNEL = 'src/kernel';
const files = readdirSync(KERNEL, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

describe('the kernel', () => {
  it.each(files)('has no word of a feature in %s', (file) => {
    const found = readFileSync(join(KERNEL, file), 'utf8')
      .split('\n')
      .flatMap((line, i) => featureWordsIn(line).map((word) => `line ${i + 1}: ${word}`));
    expect(found).toEqual([]);
  });
});

describe('the search for words of the features', () => {
  it.each([
    ['The stock is too busy', ['stock']],
    ['constructor(skuOfBatch: string)', ['sku', 'batch']],
    ['const MAIL_LIMIT = 3;', ['mail']],
    ['an order of 20,000 lines', ['an order']],
    ['orderId: string', ['orderId']],
    ['in the order of their positions', []],
    ['deliverBatch?(events: readonly StoredEvent[])', []],
  ])('finds those of %j', (line, words) => {
    expect(featureWordsIn(line)).toEqual(words);
  });
});
