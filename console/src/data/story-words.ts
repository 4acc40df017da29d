import { counted } from '../ui/numbers.js';

/** A piece of a sentence: words, or a code or day that a page shows in its own way. */
export type StoryPart =
  | string
  | { readonly kind: 'order' | 'batch' | 'product' | 'date' | 'time'; readonly value: string };

export type Sentence = readonly StoryPart[];

/** What the reader has in front of them already, so that the sentence need not name it. */
export interface Known {
  readonly sku?: string | undefined;
  readonly orderId?: string | undefined;
  readonly batchReference?: string | undefined;
}

interface Claim {
  readonly batchReference: string;
  readonly quantity: number;
}

/** Puts a sentence together: what stands between its words may be a part, several, or nothing. */
export const sentence = (
  words: TemplateStringsArray,
  ...between: readonly (StoryPart | Sentence | number)[]
): Sentence =>
  joined(
    words.flatMap((text, index) => {
      const next = between[index];
      if (next === undefined) return [text];
      return [text, ...(Array.isArray(next) ? (next as Sentence) : [next as StoryPart | number])];
    }),
  );

/** Words beside each other become one part. */
function joined(parts: readonly (StoryPart | number)[]): Sentence {
  const result: StoryPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (typeof part === 'object') result.push(part);
    else if (typeof last === 'string') result[result.length - 1] = `${last}${part}`;
    else if (part !== '') result.push(String(part));
  }
  return result;
}

/** `a`, `a and b`, `a, b and c`. */
export const listed = (sentences: readonly Sentence[]): Sentence =>
  joined(
    sentences.flatMap((each, index) => {
      const before = index === 0 ? '' : index === sentences.length - 1 ? ' and ' : ', ';
      return [before, ...each];
    }),
  );

export const date = (value: string): StoryPart => ({ kind: 'date', value });
export const time = (value: string): StoryPart => ({ kind: 'time', value });

/** The same sentence with a capital at its beginning. */
export const capitalised = ([first, ...rest]: Sentence): Sentence =>
  typeof first === 'string' ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest] : [first!, ...rest];

/** The sentence as plain text, e.g. to copy it or to test it. */
export const textOf = (parts: Sentence): string =>
  parts.map((part) => (typeof part === 'string' ? part : part.value)).join('');

/** How things are called in a sentence for a reader who knows some of them. */
export class Words {
  constructor(private readonly known: Known) {}

  order(orderId: string): Sentence {
    return orderId === this.known.orderId ? ['this order'] : ['order ', { kind: 'order', value: orderId }];
  }

  batch(reference: string): Sentence {
    return reference === this.known.batchReference
      ? ['this batch']
      : ['batch ', { kind: 'batch', value: reference }];
  }

  /** `5 units of CHAIR`, or `5 units` if it is known of what. */
  units(quantity: number, sku: string): Sentence {
    const units = counted(quantity, 'unit');
    return sku === this.known.sku ? [units] : [`${units} of `, this.product(sku)];
  }

  product(sku: string): StoryPart {
    return { kind: 'product', value: sku };
  }

  /** `batch A`, or `batch A (3 units) and batch B (2 units)`. */
  batches(reference: string, claims: readonly Claim[] = []): Sentence {
    if (claims.length < 2) return this.batch(claims[0]?.batchReference ?? reference);
    return listed(
      claims.map(
        ({ batchReference, quantity }) =>
          sentence`${this.batch(batchReference)} (${counted(quantity, 'unit')})`,
      ),
    );
  }
}
