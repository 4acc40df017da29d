import { settleAll } from '../../kernel/domain/settle-all.js';
import type { Queryable } from '../../kernel/postgres/snapshot.js';
import type { BatchState } from '../domain/batch-state.js';
import { NAMED_ORDERS, type LastToLeave, type LoadedPart } from '../domain/product-state.js';
import { NO_DOCUMENTS, type Documents } from '../domain/document.js';
import { SEQUENCES, type AllocatedLine } from '../domain/allocated-line.js';
import { freeUnits } from '../domain/backorders.js';
import { Product } from '../domain/product.js';
import { hasEndedProtection, type Policy } from '../domain/policy.js';
import type { ProductNeed } from '../domain/stock.js';
import { NOBODY_WAITS, type QueueState } from '../domain/waiting-line.js';
import { readQueues } from './queues.js';
import { readEveryLine } from './read-every-line.js';
import {
  goodsJson,
  readLeavingLines,
  readLines,
  type LineNeed,
  type OfSku,
  type ReadOfOrders,
} from './read-lines.js';

interface Row {
  readonly sku: string;
  readonly version: number;
  readonly lastSequence: number;
  readonly policy: Policy | null;
  /** Lines that wait for it. */
  readonly waiting: number;
  /** The channel of it that was served last in turn; null: none was. */
  readonly lastChannel: string | null;
}

/** An open batch, and whether those behind it were left out. */
type OpenBatch = OfSku<BatchState> & { readonly isPart: boolean };

/** What was read of orders before their products. */
interface ReadBefore extends ReadOfOrders {
  /** Whether an order that is loaded as a whole has a record, be it made by a work of this transaction. */
  readonly hasRecord: (orderId: string) => boolean;
  /** The documents that the works name. */
  readonly documents: Documents;
}

/** The products that the needs name, without the holds that have ended, and locked unless all is read of one moment. */
export async function readProducts(
  reader: Queryable,
  locks: boolean,
  needs: readonly LineNeed[],
  today: string,
  before?: ReadBefore,
): Promise<ReadonlyMap<string, Product>> {
  const skus = [...new Set(needs.map(({ sku }) => sku))];
  const [locked, named, leaving, every, counts, preferred] = await settleAll(
    locks ? lockProducts(reader, skus) : reader.query<Row[]>(PRODUCTS, [skus]),
    readLines(reader, skus, needs, before),
    readLeavingLines(reader, needs),
    readEveryLine(reader, needs),
    countLines(reader, needs),
    readBatches(reader, needs, today),
  );
  const rows = new Map(locked.map((row) => [row.sku, row]));
  const hasEveryLine = (sku: string) => every.has(sku, rows.get(sku)?.waiting ?? 0);
  const everyLine = every.lines.filter(({ sku }) => hasEveryLine(sku));
  const linesBySku = groupBySku([...named.lines, ...leaving.lines, ...everyLine]);
  const waiting = locked.filter((row) => row.waiting > 0);
  const queues = await readWaiting(reader, {
    ...{ products: waiting, needs, linesBySku, openBatches: preferred, hasEveryLine },
    ...{ now: before?.now ?? named.now, isSimulated: !locks, today },
  });
  const { openBatches } = queues;
  const ofLines = [named, leaving, every].flatMap(({ batches }) => batches);
  const batchesBySku = groupBySku(withoutRepetition([...openBatches, ...ofLines]));
  const isPartOfOrder = (orderId: string) =>
    named.ordersWithRecord.has(orderId) || before?.hasRecord(orderId) === true;
  const loadedOf = loadedPart(needs, leaving.upTo, counts, openBatches, hasEveryLine, isPartOfOrder);
  const { documents = NO_DOCUMENTS } = before ?? {};
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
      if (queues.now) product.catchUp(queues.now);
      return [sku, product];
    }),
  );
}

const NEVER_SEEN: Omit<Row, 'sku'> = {
  ...{ version: 0, lastSequence: 0, policy: null, waiting: 0, lastChannel: null },
};

const PRODUCTS = `
  select sku, version, last_sequence as "lastSequence", policy, waiting, last_channel as "lastChannel"
    from allocation.product where sku = any($1) order by sku`;

/** More units than any queue waits for. */
const ANY_UNITS = 2 ** 52;

/** What is read before the lines that wait. */
interface ReadSoFar {
  /** Those for which lines wait: nothing is read of the others. */
  readonly products: readonly Row[];
  readonly needs: readonly ProductNeed[];
  readonly linesBySku: ReadonlyMap<string, readonly AllocatedLine[]>;
  readonly openBatches: readonly OpenBatch[];
  /** Whether every line is to be here, and can be; undefined: nobody asks for that. */
  readonly hasEveryLine: (sku: string) => boolean | undefined;
  readonly now: Date | undefined;
  readonly isSimulated: boolean;
  readonly today: string;
}

interface ReadWaiting {
  readonly openBatches: readonly OpenBatch[];
  /** When holds were looked at last, by the clock of the database; left out if none can have ended. */
  readonly now: Date | undefined;
  of(row: Omit<Row, 'sku'>, sku: string, batches: readonly BatchState[]): QueueState;
}

/**
 * The lines that wait for the products, as far as a work may meet or change them. Of a product of which units may become
 * free, every open batch is read, since whichever of them the lines that wait prefer may hold one.
 */
async function readWaiting(
  reader: Queryable,
  { products, needs, linesBySku, openBatches, hasEveryLine, now, isSimulated, today }: ReadSoFar,
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
  const named = itsNeeds.flatMap(({ sku, orderId }) => (orderId === undefined ? [] : [{ sku, orderId }]));
  const mayBecomeOther = new Set(itsNeeds.flatMap(({ sku, changesPolicy }) => (changesPolicy ? sku : [])));
  const isStrict = ({ policy }: Row) => policy?.backorders === 'strict';
  const strict = products.filter((row) => isStrict(row) || mayBecomeOther.has(row.sku));
  const firstFit = products.filter((row) => !isStrict(row) || mayBecomeOther.has(row.sku));
  const [queues, others] = await settleAll(
    readQueues(
      reader,
      { skus, named, freeing, firstFit: firstFit.map(skuOf), strict: strict.map(skuOf) },
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
    now: queues.now,
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

/**
 * Locks in the order of SKUs, so that two transactions never wait for each other. The version alone would catch a race;
 * the lock saves the loser a retry and keeps several instances on one hot SKU from starving each other.
 */
async function lockProducts(reader: Queryable, skus: readonly string[]): Promise<Row[]> {
  return reader.query(`${PRODUCTS} for no key update`, [skus]);
}

/** As `leavingOrder` has it. */
const LEAVING_PLACE = `((case when expires_at is null then 10 else 0 end) + priority) * ${SEQUENCES}::bigint - sequence`;

/** How many lines a batch has, and those that would leave it last. */
interface CountedLines {
  readonly lines: number;
  readonly last: readonly LastToLeave[] | null;
}

/** The lines of each batch for which a need asks for their number. */
async function countLines(
  reader: Queryable,
  needs: readonly ProductNeed[],
): Promise<ReadonlyMap<string, CountedLines>> {
  const counted = needs
    .filter(({ countsLines }) => countsLines === true)
    .map(({ batchReference }) => batchReference);
  if (counted.length === 0) return new Map();
  const rows = await reader.query<(CountedLines & { readonly reference: string })[]>(
    `select reference, ((select count(*) from allocation.line where batch_reference = reference)
                      + (select count(*) from allocation.split_claim where batch_reference = reference))::int as lines,
            (select json_agg(json_build_object('orderId', order_id, 'place', ${LEAVING_PLACE}))
               from ((select order_id, expires_at, priority, sequence from allocation.line
                       where batch_reference = reference
                       order by (expires_at is not null), (-priority), sequence limit $2)
                      union all
                     (select order_id, expires_at, priority, sequence
                        from allocation.split_claim as claim join allocation.line using (order_id, sku)
                       where claim.batch_reference = reference
                       order by (expires_at is not null), (-priority), sequence limit $2)) as its) as last
       from unnest($1::text[]) as asked (reference)`,
    [counted, NAMED_ORDERS],
  );
  return new Map(rows.map((row) => [row.reference, row]));
}

/**
 * The open batches of each product, in the order of preference up to one that could hold all that the needs claim, those
 * of which units that nobody claims have come already, and the batches that the needs name. A product with protected units,
 * or with a queue that reserves some, is loaded with all of its open batches. The domain has said until when the units of a
 * batch can be promised, so that the one which could hold them all is none that it would pass over.
 */
async function readBatches(
  reader: Queryable,
  needs: readonly ProductNeed[],
  today: string,
): Promise<OpenBatch[]> {
  const units = unitsBySku(needs);
  const days = lastDayBySku(needs, today);
  return reader.query(
    `select batch.sku, batch.reference, to_char(batch.eta, 'YYYY-MM-DD') as eta, quantity, allocated, held,
            to_char(overdue_noted, 'YYYY-MM-DD') as "overdueNoted", ${goodsJson('batch')} as goods,
            earlier_promises as earlier, lot,
            case when policy is not null or units is null then extract(epoch from entered_at)::float8 * 1000 end as "enteredAt",
            enough.reference is not null as "isPart"
       from (select sku, policy, day,
                    case when policy is null
                           or policy->'protections' = '[]' and policy->>'backorders' = 'first-fit'
                         then units end as units
               from unnest($1::text[], $2::bigint[], $4::date[]) as need (sku, units, day)
               left join allocation.product using (sku)) as need
       left join lateral (
            select coalesce(eta, '-infinity') as eta, coalesce(rank, 0) as rank, reference from allocation.batch
             where batch.sku = need.sku and is_open and quantity - allocated >= need.units
               and (lot is null or usable_until >= greatest(eta, need.day))
             order by coalesce(eta, '-infinity'), coalesce(rank, 0), reference limit 1) as enough on true
      cross join lateral (
            select * from allocation.batch
             where batch.sku = need.sku and is_open
               and (coalesce(eta, '-infinity'), coalesce(rank, 0), reference)
                   <= (coalesce(enough.eta, 'infinity'), coalesce(enough.rank, 0), coalesce(enough.reference, ''))
            offset 0) as batch
      union all
     select sku, reference, to_char(eta, 'YYYY-MM-DD'), quantity, allocated, held,
            to_char(overdue_noted, 'YYYY-MM-DD'), ${goodsJson('batch')}, earlier_promises, lot,
            extract(epoch from entered_at)::float8 * 1000, false
       from allocation.batch
      where reference = any($3::text[] || array(
              select reference from allocation.batch
               where sku = any($1) and is_open and received > 0 and received > allocated))`,
    [
      [...units.keys()],
      [...units.values()],
      needs.flatMap(({ batchReference }) => batchReference ?? []),
      [...units.keys()].map((sku) => days.get(sku) ?? today),
    ],
  );
}

/** The units that are claimed of each product; null if a need does not say how many. */
function unitsBySku(needs: readonly ProductNeed[]): Map<string, number | null> {
  const sums = new Map<string, number | null>();
  for (const { sku, units } of needs) {
    const sum = sums.get(sku) ?? (sums.has(sku) ? null : 0);
    sums.set(sku, sum === null || units === undefined ? null : sum + units);
  }
  return sums;
}

/** The last day by which a line of each product needs its units, if that is after today. */
function lastDayBySku(needs: readonly ProductNeed[], today: string): ReadonlyMap<string, string> {
  const days = new Map<string, string>();
  for (const { sku, neededBy } of needs)
    if (neededBy && neededBy > (days.get(sku) ?? today)) days.set(sku, neededBy);
  return days;
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

const skuOf = ({ sku }: { readonly sku: string }): string => sku;

function groupBySku<T extends { readonly sku: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.sku);
    if (group) group.push(item);
    else groups.set(item.sku, [item]);
  }
  return groups;
}
