import fc from 'fast-check';
import { every, isCode, isQuantity } from './contract.js';
import { asJson, hostileJson, hostileName, hostileText, mostly } from './hostile.js';

export interface Message {
  readonly id: string | null;
  readonly body: Buffer;
  /** What it says where it can be read; null where it cannot, undefined where that is left open. */
  readonly says: { readonly batchref: string; readonly qty: number } | null | undefined;
}

const references = fc.nat(7).map((n) => `PO-${n}`);
const batchref = mostly(
  references.map((reference) => asJson(reference)),
  hostileJson,
);
const qty = mostly(fc.integer({ min: 0, max: 30 }).map(String), hostileJson);

const body: fc.Arbitrary<string | Buffer> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(batchref, qty).map(([batchref, qty]) => `{"batchref":${batchref},"qty":${qty}}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(batchref, qty, hostileName, hostileJson)
      .map(
        ([batchref, qty, name, value]) => `{${asJson(name)}:${value},"batchref":${batchref},"qty":${qty}}`,
      ),
  },
  { weight: 2, arbitrary: hostileJson },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: qty.map((qty) => Buffer.from(`{"batchref":"PO-1","qty":${qty}}`, 'utf16le')) },
  { weight: 1, arbitrary: qty.map((qty) => `\ufeff{"batchref":"PO-1","qty":${qty}}`) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(70_000, 1_100_000)
      .map((length) => `{"batchref":"${'x'.repeat(length)}","qty":1}`),
  },
);

export const message: fc.Arbitrary<Message> = fc
  .tuple(body, fc.oneof(fc.constant(null), hostileText, fc.uuid()))
  .map(([words, id]) => {
    const bytes = Buffer.from(words as string);
    return { id, body: bytes, says: readingOf(bytes) };
  });

function readingOf(bytes: Buffer): Message['says'] {
  if (bytes.length > 1024 * 1024) return null;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { batchref, qty } = Object.fromEntries(Object.entries(value)) as { batchref: unknown; qty: unknown };
  const verdict = every([isCode(batchref), isQuantity(qty, 0)]);
  return verdict === null ? undefined : verdict ? { batchref: batchref as string, qty: qty as number } : null;
}
