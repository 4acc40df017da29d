import type { EntityManager } from 'typeorm';
import type { Queryable } from '../../kernel/postgres/snapshot.js';
import type { WaitingLine } from '../domain/waiting-line.js';
import { fromPromisedDate, toPromisedDate } from '../domain/stored-promised-date.js';
import type { OfSku } from './read-lines.js';

/** Which lines that wait are needed of some products. */
export interface WantedQueues {
  /** Products for which lines wait. */
  readonly skus: readonly string[];
  /** The lines of these orders. */
  readonly named: readonly NamedLine[];
  /** Products of which so many units may become free, beside those that nobody has claimed. */
  readonly freeing: ReadonlyMap<string, number>;
  /** Of these, those whose units may go to any line that they meet. */
  readonly firstFit: readonly string[];
  /** Products whose units are reserved for the head of their queue. */
  readonly strict: readonly string[];
}

interface Row {
  readonly sku: string;
  readonly orderId: string;
  readonly quantity: number;
  readonly sequence: number;
  readonly split: boolean;
  readonly neededBy: string | null;
  readonly expiresAt: Date | null;
  readonly priority: number;
  readonly channel: string | null;
  readonly locations: readonly string[] | null;
  /** `-infinity`: at once; null: it was promised none yet. */
  readonly promisedDate: string | null;
  /** Every line of the product up to this place was read; null: none for certain. */
  readonly upToPlace: number | null;
  readonly now: Date;
}

/** A line of an order, which may wait. */
export interface NamedLine {
  readonly sku: string;
  readonly orderId: string;
}

export interface ReadQueues {
  readonly lines: readonly OfSku<WaitingLine>[];
  /** By product: the place up to which every line was read. */
  readonly upToPlaces: ReadonlyMap<string, number>;
  readonly now: Date | undefined;
}

/** The lines that the work may take out of their queues: those of named orders, and those whose hold has ended. */
const LEAVING = `
  select backorder.* from unnest($3::text[], $4::text[]) as need (order_id, sku)
    join allocation.backorder using (order_id, sku)
   union
  select backorder.* from clock join allocation.backorder on sku = any($2) and expires_at <= clock.now`;

const LINE = `
  sku, order_id as "orderId", quantity, sequence, split, to_char(needed_by, 'YYYY-MM-DD') as "neededBy",
  expires_at as "expiresAt", priority, channel, locations, promised_date::text as "promisedDate", clock.now`;

/** If no units become free, and none are reserved: nearly always. */
const LEAVING_LINES = `
    with clock as materialized (select coalesce($1::timestamptz, clock_timestamp()) as now), wanted as (${LEAVING})
  select ${LINE}, null as "upToPlace" from clock cross join wanted`;

const WANTED_LINES = `
  with clock as materialized (select coalesce($1::timestamptz, clock_timestamp()) as now),
       freeing as (
         select freed.sku, freed.units + coalesce(max(quantity - allocated), 0) as largest,
                freed.units + coalesce(sum(quantity - allocated), 0) as total
           from unnest($5::text[], $6::bigint[]) as freed (sku, units)
           left join allocation.batch on batch.sku = freed.sku and is_open
          group by freed.sku, freed.units),
       leaving as (${LEAVING}),
       strict as (
         select strict.sku, case when freeing.sku is not null then freeing.total
                                 when exists (select from leaving where leaving.sku = strict.sku) then (
                                   select coalesce(sum(quantity - allocated), 0) from allocation.batch
                                    where batch.sku = strict.sku and is_open)
                                 else 0 end as units
           from unnest($7::text[]) as strict (sku) left join freeing using (sku)),
       reach as (
         select strict.sku, max(place) as place from strict cross join lateral (
                select place, sum(quantity) over (order by place) - quantity as ahead
                  from (select place, quantity from allocation.backorder
                         where backorder.sku = strict.sku
                           and not exists (select from leaving
                                            where leaving.sku = strict.sku and leaving.order_id = backorder.order_id)
                         order by place limit units + 1) as line) as line
          where ahead <= units
          group by strict.sku),
       wanted as (
         select * from leaving
          union
         select backorder.* from reach join allocation.backorder
             on backorder.sku = reach.sku and backorder.place <= reach.place
          union
         select backorder.* from freeing join allocation.backorder using (sku)
          where sku = any($8) and backorder.quantity <= case when split then total else largest end)
  select ${LINE}, reach.place as "upToPlace" from clock cross join wanted left join reach using (sku)`;

/**
 * The waiting lines of the named orders, those whose hold has ended, and those that free units could meet. Of a strict queue:
 * its head and, if units may become free or lines may leave it, as many behind it as all units could meet.
 * @param now by the clock of the database; left out: it is read here
 */
export async function readQueues(
  reader: Queryable,
  { skus, named, freeing, firstFit, strict }: WantedQueues,
  now: Date | undefined,
): Promise<ReadQueues> {
  if (freeing.size === 0 && strict.length === 0) return readLinesThatLeave(reader, skus, named, now);
  const rows = await reader.query<Row[]>(WANTED_LINES, [
    ...leavingParameters(skus, named, now),
    ...[[...freeing.keys()], [...freeing.values()], strict, firstFit],
  ]);
  const upToPlaces = new Map(
    rows.flatMap(({ sku, upToPlace }): [string, number][] => (upToPlace === null ? [] : [[sku, upToPlace]])),
  );
  return { lines: rows.map(toLine), upToPlaces, now: now ?? rows[0]?.now };
}

/** The waiting lines of the named orders, and those whose hold has ended: all that is needed if no units become free. */
export async function readLinesThatLeave(
  reader: Queryable,
  skus: readonly string[],
  named: readonly NamedLine[],
  now: Date | undefined,
): Promise<ReadQueues> {
  const rows = await reader.query<Row[]>(LEAVING_LINES, leavingParameters(skus, named, now));
  return { lines: rows.map(toLine), upToPlaces: new Map(), now: now ?? rows[0]?.now };
}

function leavingParameters(skus: readonly string[], named: readonly NamedLine[], now: Date | undefined) {
  return [now ?? null, skus, named.map(({ orderId }) => orderId), named.map(({ sku }) => sku)];
}

function toLine({ sku, orderId, quantity, sequence, ...row }: Row): OfSku<WaitingLine> {
  const { split, neededBy, expiresAt, priority, channel, locations, promisedDate } = row;
  return {
    ...{ sku, orderId, quantity, sequence },
    terms: {
      ...{ split, neededBy, expiresAt, priority, mayWait: true },
      ...(channel !== null && { channel }),
      ...(locations !== null && { locations }),
    },
    ...(promisedDate !== null && { promisedDate: toPromisedDate(promisedDate) }),
  };
}

export async function writeQueues(
  manager: EntityManager,
  lines: readonly OfSku<WaitingLine>[],
): Promise<void> {
  await manager.query(
    `insert into allocation.backorder
            (sku, order_id, quantity, sequence, split, needed_by, expires_at, priority, promised_date, channel,
             locations)
     select * from unnest($1::text[], $2::text[], $3::int[], $4::bigint[],
                          $5::boolean[], $6::date[], $7::timestamptz[], $8::smallint[], $9::date[], $10::text[],
                          $11::jsonb[])
     on conflict (order_id, sku) do update
        set quantity = excluded.quantity, sequence = excluded.sequence, split = excluded.split,
            needed_by = excluded.needed_by, expires_at = excluded.expires_at, priority = excluded.priority,
            promised_date = excluded.promised_date, channel = excluded.channel, locations = excluded.locations`,
    [
      lines.map(({ sku }) => sku),
      lines.map(({ orderId }) => orderId),
      lines.map(({ quantity }) => quantity),
      lines.map(({ sequence }) => sequence),
      lines.map(({ terms }) => terms.split),
      lines.map(({ terms }) => terms.neededBy),
      lines.map(({ terms }) => terms.expiresAt),
      lines.map(({ terms }) => terms.priority),
      lines.map(({ promisedDate }) => fromPromisedDate(promisedDate)),
      lines.map(({ terms }) => terms.channel ?? null),
      lines.map(({ terms }) => (terms.locations ? JSON.stringify(terms.locations) : null)),
    ],
  );
}
