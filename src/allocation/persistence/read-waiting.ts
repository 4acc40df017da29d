import type { Queryable } from '../../kernel/postgres/snapshot.js';
import { settleAll } from '../../kernel/domain/settle-all.js';
import type { AllocatedLine } from '../domain/allocated-line.js';
import { freeUnits } from '../domain/backorders.js';
import type { BatchState } from '../domain/batch-state.js';
import { hasEndedProtection } from '../domain/policy.js';
import type { ProductNeed } from '../domain/stock.js';
import { NOBODY_WAITS, type QueueState } from '../domain/waiting-line.js';
import { groupBySku } from './group-by-sku.js';
import type { ProductRow } from './product-rows.js';
import { readLinesThatLeave, readQueues, type NamedLine, type ReadQueues } from './queues.js';
import { readBatches, type OpenBatch } from './read-batches.js';

/** More units than any queue waits for. */
const ANY_UNITS = 2 ** 52;

/** What is read before the lines that wait. */
interface ReadSoFar {
  /** Those for which lines wait: nothing is read of the others. */
  readonly products: readonly ProductRow[];
  readonly needs: readonly ProductNeed[];
  readonly linesBySku: ReadonlyMap<string, readonly AllocatedLine[]>;
  readonly openBatches: readonly OpenBatch[];
  /** Whether every line is to be here, and can be; undefined: nobody asks for that. */
  readonly hasEveryLine: (sku: string) => boolean | undefined;
  /** Lines that wait for these products were read with the first statements. */
  readonly early: EarlyQueues;
  readonly now: Date | undefined;
  readonly isSimulated: boolean;
  readonly today: string;
}

/** The lines that wait for some products, read before it was known whether any do and whether units become free. */
export interface EarlyQueues {
  readonly skus: ReadonlySet<string>;
  readonly read: ReadQueues | undefined;
}

interface ReadWaiting {
  readonly openBatches: readonly OpenBatch[];
  /** When holds were looked at last, by the clock of the database; left out if none can have ended. */
  readonly now: Date | undefined;
  of(row: Omit<ProductRow, 'sku'>, sku: string, batches: readonly BatchState[]): QueueState;
}

/**
 * Reads the lines of products for which others waited the last time, together with the first statements. That saves a round
 * trip if no units become free; otherwise they are read again with those that units could meet.
 */
export async function readQueuesEarly(
  reader: Queryable,
  needs: readonly ProductNeed[],
  isWaitedFor: (sku: string) => boolean,
  now: Date | undefined,
): Promise<EarlyQueues> {
  const itsNeeds = needs.filter(({ sku }) => isWaitedFor(sku));
  const skus = new Set(itsNeeds.map(skuOf));
  if (skus.size === 0) return { skus, read: undefined };
  return { skus, read: await readLinesThatLeave(reader, [...skus], namedLines(itsNeeds), now) };
}

function namedLines(needs: readonly ProductNeed[]): NamedLine[] {
  return needs.flatMap(({ sku, orderId }) => (orderId === undefined ? [] : [{ sku, orderId }]));
}

/**
 * The lines that wait for the products, as far as a work may meet or change them. Of a product of which units may become
 * free, every open batch is read, since whichever of them the lines that wait prefer may hold one.
 */
export async function readWaiting(
  reader: Queryable,
  { products, needs, linesBySku, openBatches, hasEveryLine, early, now, isSimulated, today }: ReadSoFar,
): Promise<ReadWaiting> {
  const skus = products.map(skuOf);
  if (skus.length === 0) return { openBatches, now, of: () => NOBODY_WAITS };
  const isWaitedFor = new Set(skus);
  const itsNeeds = needs.filter(({ sku }) => isWaitedFor.has(sku));
  const freeing = new Map<string, number>();
  const free = (sku: string, units: number) => freeing.set(sku, (freeing.get(sku) ?? 0) + units);
  for (const { sku, batchReference, frees } of itsNeeds)
    if (batchReference !== undefined || frees !== undefined) free(sku, frees ?? 0);
  // What one step claims or registers, a later one may give to any line that waits.
  const isAnyWanted = (sku: string) => hasEveryLine(sku) ?? isSimulated;
  for (const sku of skus) if (isAnyWanted(sku)) free(sku, ANY_UNITS);
  for (const { sku, policy } of products) if (policy && hasEndedProtection(policy, today)) free(sku, 0);
  for (const sku of skus) for (const { quantity } of linesBySku.get(sku) ?? []) free(sku, quantity);

  const incomplete = new Set(
    openBatches.filter(({ sku, isPart }) => isPart && freeing.has(sku)).map(({ sku }) => sku),
  );
  const mayBecomeOther = new Set(itsNeeds.flatMap(({ sku, changesPolicy }) => (changesPolicy ? sku : [])));
  const isStrict = ({ policy }: ProductRow) => policy?.backorders === 'strict';
  const strict = products.filter((row) => isStrict(row) || mayBecomeOther.has(row.sku));
  const firstFit = products.filter((row) => !isStrict(row) || mayBecomeOther.has(row.sku));
  const isReadEarly = freeing.size === 0 && strict.length === 0 && skus.every((sku) => early.skus.has(sku));
  const [queues, others] = await settleAll(
    isReadEarly
      ? Promise.resolve(early.read!)
      : readQueues(
          reader,
          {
            ...{ skus, named: namedLines(itsNeeds), freeing },
            ...{ firstFit: firstFit.map(skuOf), strict: strict.map(skuOf) },
          },
          now,
        ),
    incomplete.size === 0
      ? Promise.resolve([])
      : readBatches(
          reader,
          [...incomplete].map((sku) => ({ sku })),
          today,
        ),
  );
  const lines = groupBySku(queues.lines);
  return {
    openBatches: [
      ...openBatches.map((batch) => (incomplete.has(batch.sku) ? { ...batch, isPart: false } : batch)),
      ...others,
    ],
    now: now ?? queues.now,
    of({ waiting, lastChannel }, sku, batches) {
      const itsFree = freeUnits(
        batches.map(({ quantity, allocated }) => ({ available: quantity - allocated })),
      );
      const isFirstFit = firstFit.some((row) => row.sku === sku);
      const units = isFirstFit ? freeing.get(sku) : undefined;
      const upToPlace = queues.upToPlaces.get(sku);
      return {
        ...{ waiting, lastChannel },
        lines: lines.get(sku) ?? [],
        ...(units !== undefined && {
          upTo: { largest: itsFree.largest + units, total: itsFree.total + units },
        }),
        ...(upToPlace !== undefined && { upToPlace }),
      };
    },
  };
}

const skuOf = ({ sku }: { readonly sku: string }): string => sku;
