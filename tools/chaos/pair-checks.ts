import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import type { Recorded } from './clients.js';
import { isAboutGoods, subjectOf } from './goods.js';
import { PAIR_SKUS, PAIRS, pairOf, type Pair, type PairCall } from './pairs.js';
import { unitsOf } from './product-state.js';

interface Line {
  readonly sku: string;
  readonly quantity: number;
  readonly shipped: number;
  readonly state: string;
  readonly claims: readonly { readonly batchReference: string; readonly quantity: number }[];
}

/** Rule 10: whoever reads an order or a pair, at any moment, finds the two products alike. */
export function checkPairs(calls: readonly Recorded[]): string[] {
  return calls.flatMap(({ call, reply }) => {
    const asked = call as PairCall;
    if (!reply || reply.status >= 300 || reply.body === null) return [];
    if (asked.ask === 'show pair') {
      const { items } = reply.body as { items: readonly { readonly sku: string }[] };
      return areAlike(asked.pair, items) ? [] : [`The pair was seen apart: ${JSON.stringify(items)}`];
    }
    if (isAboutGoods(call)) {
      const orderId = subjectOf(call.id);
      const { lines } = reply.body as { lines: readonly { readonly sku: string }[] };
      const isOne = !orderId.startsWith('pair-') || areAlike(pairOf(orderId), lines);
      return isOne ? [] : [`${call.id} was seen in parts: ${JSON.stringify(reply.body)}`];
    }
    if (!asked.ask.endsWith('order') || !('orderId' in asked) || !asked.orderId.startsWith('pair-'))
      return [];
    const { state, lines } = reply.body as { state: string; lines: readonly Line[] };
    const areWhole = lines.every((line) => isWhole(line, state));
    const isAlike = lines.length === 0 || areAlike(pairOf(asked.orderId), lines);
    return isAlike && areWhole
      ? []
      : [`Order ${asked.orderId} was seen in parts: ${JSON.stringify(reply.body)}`];
  });
}

/** A line has all of its units that have not left, or, if its hold has ended, none. */
function isWhole({ quantity, shipped, claims }: Line, state: string): boolean {
  return unitsOf(claims) === (state === 'expired' ? 0 : quantity - shipped);
}

/** Whether both say the same, but for the names. */
function areAlike([one, other]: Pair, items: readonly { readonly sku: string }[]): boolean {
  const [a, b, ...more] = items;
  if (!a || !b || more.length > 0) return false;
  // Holds that end may be released in a transaction for each product, so that their versions differ.
  const { version: _, ...of } = a as { sku: string; version?: number };
  const { version: __, ...with_ } = b as { sku: string; version?: number };
  return isDeepStrictEqual(renamed(of, one), renamed(with_, other));
}

const renamed = (item: object, sku: string) =>
  JSON.parse(JSON.stringify(item).replaceAll(`"${sku}`, '"SKU')) as unknown;

/** What is left of the two products in the tables is alike, too. */
export async function checkPairTables(database: pg.Client): Promise<string[]> {
  const { rows } = await database.query<{ sku: string; row: string }>(
    `select sku, json_build_array(order_id, sequence, claims.*, split, needed_by, expires_at, priority)::text as row
       from allocation.line cross join lateral (
            select json_agg(json_build_array(replace(reference, sku, ''), units) order by reference) as claims
              from (select line.batch_reference as reference, line.quantity as units union all
                    select batch_reference, quantity from allocation.split_claim as claim
                     where claim.order_id = line.order_id and claim.sku = line.sku) as its) as claims
      where sku = any($1)
      union all
     select sku, json_build_array(replace(reference, sku, ''), eta, quantity, allocated, held, received, shipped,
                                  returned, written_off)::text
       from allocation.batch where sku = any($1)`,
    [PAIR_SKUS],
  );
  return PAIRS.flatMap(([one, other]) => {
    const rowsOf = (sku: string) => rows.filter((each) => each.sku === sku).map(({ row }) => row);
    const [ofOne, ofOther] = [new Set(rowsOf(one)), new Set(rowsOf(other))];
    return [
      ...[...ofOne].filter((row) => !ofOther.has(row)).map((row) => `Only ${one} has ${row}`),
      ...[...ofOther].filter((row) => !ofOne.has(row)).map((row) => `Only ${other} has ${row}`),
    ];
  });
}
