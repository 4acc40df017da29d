import { eta } from '../../vocabulary/eta.js';
import { AT_ONCE } from '../domain/stored-promised-date.js';
import { CLAIMING_LINE } from './claiming-line.js';

/** Which lines a list of promises shows. */
export interface PromiseFilter {
  readonly batchReference?: string | undefined;
  readonly sku?: string | undefined;
  readonly orderId?: string | undefined;
  /** Only those that are expected after they were promised, or after they are needed. */
  readonly late?: boolean | undefined;
}

/** The place of a line in a part of a list: what it is made up of depends on the part. */
export type Place = readonly string[];

/**
 * A part of a list of promises. Each reads its lines in the order of an index and begins at a place of it, so that a page
 * costs the same wherever it is, and however many lines there are.
 *
 * Parameters: $1 batch reference, $2 SKU, $3 today, $4 most rows, and from $5 on the place after which to begin.
 */
export interface Part {
  /** As cursors name it. */
  readonly name: string;
  /** Of a filter: an optional condition would keep the planner from the index of a SKU or a batch. */
  readonly sql: (filter: PromiseFilter) => string;
  /** Before all places. */
  readonly start: Place;
  /** What each element of a place is. */
  readonly isElement: readonly ((text: string) => boolean)[];
}

const isAny = () => true;
const isFlag = (text: string) => text === 'true' || text === 'false';
const isRank = (text: string) => /^(?:0|-[1-9])$/.test(text);
const isSequence = (text: string) => /^\d{1,18}$/.test(text);
const isDay = (text: string) => text === AT_ONCE || eta.isValid(text);

/** No place in the order of allocation comes after it. */
const LAST = '9223372036854775807';

const batches = ({ batchReference, sku }: PromiseFilter) => `
  select batch.*, greatest(eta, $3::date) as late_from from allocation.batch
   where ${batchReference === undefined ? '$1::text is null' : 'reference = $1'}
     and ${sku === undefined ? '$2::text is null' : 'sku = $2'} and reference >= $5 and allocated > 0`;

/** Batches of which a line may be late: they had an earlier date, have a line that was promised one, or are overdue. */
const lateBatches = (filter: PromiseFilter) => `${batches(filter)}
     and eta is not null and (earlier_promises is not null or overdue_noted = eta) and received < allocated`;

type Batches = (filter: PromiseFilter) => string;

const STANDING = '(line.expires_at is null or line.expires_at > (select now from clock))';

/** What was promised at once and has come is not late, even if the rest of the batch is. */
const NOT_HERE = (promise: string, units: string) =>
  `not (${promise} = '-infinity' and batch.received >= ${units})`;

const CLOCKED = 'with clock as materialized (select clock_timestamp() as now)';

/** Lines by batch, those that would leave it last first. $6 to $8: whether it is a hold, its rank, its place. */
const inBatches = (batches: Batches, segments: string, condition: string) => (filter: PromiseFilter) =>
  `
  ${CLOCKED}
  select ${CLAIMING_LINE} as line, array_to_json(array[batch.reference, line.held::text, line.rank::text,
                                                       line.sequence::text]) as place
    from (${batches(filter)} order by reference) as batch
   cross join lateral (
         select its.*, held.held, rank.rank
           from (values (false), (true)) as held (held)
          cross join generate_series(-9, 0) as rank (rank)
          cross join lateral (${segments}) as segment
          cross join lateral (
                select * from allocation.line
                 where line.batch_reference = batch.reference
                   and (line.expires_at is not null) = held.held and (-line.priority) = rank.rank
                   and line.sequence > greatest(segment.beyond, case
                         when batch.reference = $5 and held.held = $6::boolean and rank.rank = $7::int then $8::bigint
                         else 0 end)
                   and line.sequence <= segment.up_to and ${STANDING} and ${condition}
                 order by line.sequence limit $4) as its
          where batch.reference > $5 or (held.held, rank.rank) >= ($6::boolean, $7::int)
          order by held.held, rank.rank, its.sequence limit $4) as line
   order by batch.reference, line.held, line.rank, line.sequence limit $4`;

const IN_BATCHES = {
  start: ['', 'false', '-9', '0'],
  isElement: [isAny, isFlag, isRank, isSequence],
};

/** All lines, by batch. */
export const BY_BATCH: Part = {
  name: 'batch',
  sql: inBatches(
    batches,
    `select 0::bigint as beyond, ${LAST}::bigint as up_to, null::date as promise`,
    'true',
  ),
  ...IN_BATCHES,
};

/** Late lines that were promised what their batch notes. */
export const LATE_BY_BATCH: Part = {
  name: 'late-batch',
  sql: inBatches(
    lateBatches,
    `select * from (
       select lag(up_to, 1, 0::bigint) over (order by up_to) as beyond, up_to, promise
         from (select (entry->>'upTo')::bigint as up_to, coalesce((entry->>'eta')::date, '-infinity') as promise
                 from jsonb_array_elements(coalesce(batch.earlier_promises, '[]')) as entry
                union all select ${LAST}, batch.eta) as entries) as segments
      where promise < batch.late_from`,
    `line.promised_date is null and ${NOT_HERE('segment.promise', 'line.quantity')}`,
  ),
  ...IN_BATCHES,
};

const DEADLINE = 'least(line.promised_date, line.needed_by)';

/** Late lines that were promised a day of their own. $6 and $7: the day by which it should be there, its order. */
export const LATE_ON_THEIR_OWN: Part = {
  name: 'late',
  sql: (filter) => `
  ${CLOCKED}
  select ${CLAIMING_LINE} as line, array_to_json(array[batch.reference, ${DEADLINE}::text, line.order_id]) as place
    from (${lateBatches(filter)} order by reference) as batch
   cross join lateral (
         select * from allocation.line
          where line.batch_reference = batch.reference and line.promised_date is not null
            and ${DEADLINE} < batch.late_from
            and (${DEADLINE}, line.order_id) > (case when batch.reference = $5 then $6::date else '-infinity' end,
                                                case when batch.reference = $5 then $7 else '' end)
            and ${STANDING} and ${NOT_HERE('line.promised_date', 'line.quantity')}
          order by ${DEADLINE}, line.order_id limit $4) as line
   order by batch.reference, ${DEADLINE}, line.order_id limit $4`,
  start: ['', AT_ONCE, ''],
  isElement: [isAny, isDay, isAny],
};

/** Lines on several batches, by those that are not their own. $6: its order. */
const further = (batches: Batches, condition: string) => (filter: PromiseFilter) =>
  `
  ${CLOCKED}
  select ${CLAIMING_LINE} as line, array_to_json(array[by_batch.reference, line.order_id]) as place
    from (${batches(filter)} order by reference) as by_batch
   cross join lateral (
         select * from allocation.split_claim
          where batch_reference = by_batch.reference
            and order_id > case when by_batch.reference = $5 then $6 else '' end
          order by order_id) as claim
    join allocation.line on line.order_id = claim.order_id and line.sku = claim.sku
    join allocation.batch on batch.reference = line.batch_reference
   where ${STANDING} and ${condition}
   order by by_batch.reference, line.order_id limit $4`;

const IN_CLAIMS = { start: ['', ''], isElement: [isAny, isAny] };

/** Lines that claim units of a batch beside those of their own. */
export const BY_FURTHER_BATCH: Part = { name: 'further', sql: further(batches, 'true'), ...IN_CLAIMS };

/** Late lines of which another batch than their own is late. */
export const LATE_BY_FURTHER_BATCH: Part = {
  name: 'late-further',
  sql: further(
    lateBatches,
    `least(coalesce(line.promised_date, batch.eta), line.needed_by) < by_batch.late_from
     and not (line.promised_date = '-infinity' and by_batch.received >= claim.quantity)
     and (batch.eta is null or batch.received >= batch.allocated
          or least(coalesce(line.promised_date, batch.eta), line.needed_by) >= greatest(batch.eta, $3::date))`,
  ),
  ...IN_CLAIMS,
};

/** Lines of an order by SKU: there are few. $1: its id. */
export const OF_ORDER = {
  name: 'order',
  sql: `
  ${CLOCKED}
  select ${CLAIMING_LINE} as line
    from allocation.line join allocation.batch on batch.reference = line.batch_reference
   where line.order_id = $1 and ${STANDING}
   order by line.sku`,
  isElement: [isAny],
};
