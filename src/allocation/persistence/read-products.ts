import { settleAll } from '../../kernel/domain/settle-all.js';
import type { Queryable } from '../../kernel/postgres/snapshot.js';
import type { BatchState } from '../domain/batch-state.js';
import { NO_DOCUMENTS, type Documents } from '../domain/document.js';
import type { LoadedPart } from '../domain/product-state.js';
import { Product } from '../domain/product.js';
import type { ProductNeed } from '../domain/stock.js';
import { countLines, type CountedLines } from './count-lines.js';
import type { ProductMemory } from './product-memory.js';
import { isNewLineNeed } from './recalled-stock.js';
import { groupBySku } from './group-by-sku.js';
import { lockProductRows, NEVER_SEEN, readProductRows } from './product-rows.js';
import { readBatches } from './read-batches.js';
import { readEveryLine } from './read-every-line.js';
import { readLeavingLines, readLines, type LineNeed, type OfSku, type ReadOfOrders } from './read-lines.js';
import { readQueuesEarly, readWaiting } from './read-waiting.js';
import type { RecentSkus } from './recent-skus.js';

/** What was read of orders before their products. */
interface ReadBefore extends ReadOfOrders {
  /** Whether an order that is loaded as a whole has a record, be it made by a work of this transaction. */
  readonly hasRecord: (orderId: string) => boolean;
  /** The documents that the works name. */
  readonly documents: Documents;
}

/** What a process knows of products from one load to the next. */
export interface Known {
  /** Those for which lines waited when they were last loaded: it saves a round trip if that still holds. */
  readonly waitedFor: RecentSkus;
  readonly memory: ProductMemory;
}

/**
 * The products that the needs name, without the holds that have ended, and locked unless all is read of one moment.
 */
export async function readProducts(
  reader: Queryable,
  locks: boolean,
  needs: readonly LineNeed[],
  today: string,
  { waitedFor, memory }: Known,
  before?: ReadBefore,
): Promise<ReadonlyMap<string, Product>> {
  const skus = [...new Set(needs.map(({ sku }) => sku))];
  const onlyNewLines = new Set(skus);
  for (const need of needs) if (!isNewLineNeed(need)) onlyNewLines.delete(need.sku);
  const [locked, named, leaving, every, counts, preferred, early, withHolds] = await settleAll(
    locks ? lockProductRows(reader, skus) : readProductRows(reader, skus),
    readLines(reader, skus, needs, before),
    readLeavingLines(reader, needs),
    readEveryLine(reader, needs),
    countLines(reader, needs),
    readBatches(reader, needs, today),
    readQueuesEarly(reader, needs, (sku) => locks && waitedFor.has(sku), before?.now),
    locks ? readSkusWithHolds(reader, skus) : Promise.resolve(undefined),
  );
  for (const { sku, waiting } of locked) waitedFor.note(sku, waiting > 0);
  const rows = new Map(locked.map((row) => [row.sku, row]));
  const hasEveryLine = (sku: string) => every.has(sku, rows.get(sku)?.waiting ?? 0);
  const everyLine = every.lines.filter(({ sku }) => hasEveryLine(sku));
  const linesBySku = groupBySku([...named.lines, ...leaving.lines, ...everyLine]);
  const waiting = locked.filter((row) => row.waiting > 0);
  const queues = await readWaiting(reader, {
    ...{ products: waiting, needs, linesBySku, openBatches: preferred, hasEveryLine, early },
    ...{ now: before?.now ?? named.now, isSimulated: !locks, today },
  });
  const { openBatches } = queues;
  const ofLines = [named, leaving, every].flatMap(({ batches }) => batches);
  const batchesBySku = groupBySku(withoutRepetition([...openBatches, ...ofLines]));
  const isPartOfOrder = (orderId: string) =>
    named.ordersWithRecord.has(orderId) || before?.hasRecord(orderId) === true;
  const loadedOf = loadedPart(needs, leaving.upTo, counts, openBatches, hasEveryLine, isPartOfOrder);
  const { documents = NO_DOCUMENTS } = before ?? {};
  // Of a part of the open batches, those that come first, so that none is missing between two that are here.
  const inFirstPart = new Set(preferred.filter(({ isPart }) => isPart).map(({ reference }) => reference));
  return new Map(
    skus.map((sku) => {
      const row = rows.get(sku) ?? NEVER_SEEN;
      const { version, lastSequence, policy } = row;
      const batches = batchesBySku.get(sku) ?? [];
      const lines = linesBySku.get(sku) ?? [];
      const loaded = loadedOf(sku);
      const queue = queues.of(row, sku, batches);
      const state = { sku, version, lastSequence, batches, lines, loaded, documents, policy, today, queue };
      const product = new Product(state);
      const isFirstPart =
        onlyNewLines.has(sku) && batches.every(({ reference }) => inFirstPart.has(reference));
      const isKnown = loaded.hasEveryOpenBatch || isFirstPart;
      if (withHolds && !withHolds.has(sku) && isKnown) memory.admit(product);
      if (queues.now) product.catchUp(queues.now);
      return [sku, product];
    }),
  );
}

/** Those of the products of which a hold has yet to end, or has ended. It is read after their rows are locked. */
async function readSkusWithHolds(reader: Queryable, skus: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await reader.query<{ sku: string }[]>(
    `select sku from unnest($1::text[]) as product (sku)
      where exists (select from allocation.line where line.sku = product.sku and expires_at is not null)`,
    [skus],
  );
  return new Set(rows.map(({ sku }) => sku));
}

/** What is known for certain about each product, given the needs and what was read for them. */
function loadedPart(
  needs: readonly ProductNeed[],
  upTo: ReadonlyMap<string, number>,
  counts: ReadonlyMap<string, CountedLines>,
  batches: readonly (OfSku<BatchState> & { readonly isPart: boolean })[],
  hasEveryLine: (sku: string) => boolean | undefined,
  isPartOfOrder: (orderId: string) => boolean,
): (sku: string) => LoadedPart {
  const inPart = new Set(batches.filter(({ isPart }) => isPart).map(({ sku }) => sku));
  const ofOrders = needs.filter(({ orderId }) => orderId !== undefined);
  const lines = new Set(ofOrders.map(({ sku, orderId }) => `${sku}\n${orderId}`));
  const named = new Set(needs.map(({ batchReference }) => batchReference));
  const empty = new Set(batches.filter(({ allocated }) => allocated === 0).map(({ reference }) => reference));
  return (sku) => {
    const hasEvery = hasEveryLine(sku);
    return {
      hasOrder: (orderId) => hasEvery === true || lines.has(`${sku}\n${orderId}`),
      hasBatch: (reference) => named.has(reference),
      hasEveryOpenBatch: !inPart.has(sku),
      leavingLinesUpTo: (reference) => upTo.get(reference) ?? (empty.has(reference) ? Infinity : -Infinity),
      isPartOfOrder,
      ...(hasEvery !== undefined && { hasEveryLine: hasEvery }),
      linesOn: (reference) => counts.get(reference)?.lines,
      lastToLeave: (reference) => counts.get(reference)?.last ?? undefined,
    };
  };
}

/** A batch may have been read twice: as an open one, and with a line. */
function withoutRepetition<T extends BatchState>(batches: readonly T[]): T[] {
  return [...new Map(batches.map((batch) => [batch.reference, batch])).values()];
}
