import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { compareBytes } from '../../kernel/domain/compare-bytes.js';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { datesOf } from '../../vocabulary/dates.js';
import type { Claim } from '../domain/order-line.js';
import { lastDateOf } from '../domain/order-state.js';
import { claimsOf, promisedDateOf, unitsOf, type ClaimingLine } from './claiming-line.js';
import { readCursor, writeCursor } from './promise-cursor.js';
import {
  BY_BATCH,
  BY_FURTHER_BATCH,
  LATE_BY_BATCH,
  LATE_BY_FURTHER_BATCH,
  LATE_ON_THEIR_OWN,
  OF_ORDER,
  type Part,
  type Place,
  type PromiseFilter,
} from './promise-pages.js';

/** What a line was promised, and when it is expected now. */
export interface PromiseAnswer {
  readonly orderId: string;
  readonly sku: string;
  /** Units that it claims. */
  readonly quantity: number;
  readonly claims: readonly (Claim & { readonly eta: string | null })[];
  /** The day that it was promised first (rule 7b); null: at once. */
  readonly promisedDate: string | null;
  /** The day on which all of it is expected now; null: it is on hand, or overdue and so without a known date. */
  readonly expectedDate: string | null;
  readonly overdue: boolean;
  readonly neededBy: string | null;
  /** Whether it is expected after it was promised, or after it is needed. */
  readonly late: boolean;
}

export interface PromisePage {
  readonly items: readonly PromiseAnswer[];
  readonly next: string | null;
}

/** Lines that claim units, with the days that they were promised and are expected on. */
export class ListPromises extends Query<PromisePage> {
  /**
   * @param after `next` of the page before, of the same filter
   * @param limit the most that are returned
   */
  constructor(
    readonly filter: PromiseFilter,
    readonly after: string | undefined,
    readonly limit: number,
  ) {
    super();
  }
}

interface Row {
  readonly line: ClaimingLine;
  readonly place: Place;
}

@QueryHandler(ListPromises)
export class ListPromisesHandler implements IQueryHandler<ListPromises> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly calendar: Calendar,
  ) {}

  /** @throws {InvalidCursor} */
  async execute({ filter, after, limit }: ListPromises): Promise<PromisePage> {
    const { today } = this.calendar;
    if (filter.orderId !== undefined) return this.#ofOrder(filter.orderId, filter, after, limit);
    const parts = partsOf(filter);
    const cursor = after === undefined ? undefined : readCursor(after, parts);
    const found: { readonly row: Row; readonly part: number }[] = [];
    for (let part = cursor?.part ?? 0; part < parts.length && found.length <= limit; part++) {
      const place = cursor?.part === part ? cursor.place : parts[part]!.start;
      const rows = await this.#read(parts[part]!, filter, today, limit + 1 - found.length, place);
      found.push(...rows.map((row) => ({ row, part })));
    }
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(({ row }) => promiseAnswer(row.line, today)),
      next: last && found.length > limit ? writeCursor(parts[last.part]!, last.row.place) : null,
    };
  }

  #read({ sql }: Part, filter: PromiseFilter, today: string, count: number, place: Place): Promise<Row[]> {
    const values = [filter.batchReference ?? null, filter.sku ?? null, today, count, ...place];
    return this.dataSource.query<Row[]>(sql(filter), values);
  }

  async #ofOrder(
    orderId: string,
    filter: PromiseFilter,
    after: string | undefined,
    limit: number,
  ): Promise<PromisePage> {
    const rows = await this.dataSource.query<Pick<Row, 'line'>[]>(OF_ORDER.sql, [orderId]);
    const [from] = after === undefined ? [] : readCursor(after, [OF_ORDER]).place;
    const items = rows
      .map(({ line }) => promiseAnswer(line, this.calendar.today))
      .filter(({ sku, claims, late }) => {
        const isAsked = filter.sku === undefined || sku === filter.sku;
        const isOn = claims.some(({ batchReference }) => batchReference === filter.batchReference);
        return isAsked && (filter.batchReference === undefined || isOn) && (!filter.late || late);
      });
    const rest = items.filter(({ sku }) => from === undefined || compareBytes(sku, from) > 0);
    const shown = rest.slice(0, limit);
    const next = rest.length > limit ? writeCursor(OF_ORDER, [shown.at(-1)!.sku]) : null;
    return { items: shown, next };
  }
}

function partsOf({ late, batchReference }: PromiseFilter): readonly Part[] {
  if (late) return [LATE_ON_THEIR_OWN, LATE_BY_BATCH, LATE_BY_FURTHER_BATCH];
  return batchReference === undefined ? [BY_BATCH] : [BY_BATCH, BY_FURTHER_BATCH];
}

/** @param today `YYYY-MM-DD` */
function promiseAnswer(line: ClaimingLine, today: string): PromiseAnswer {
  const { orderId, sku, neededBy } = line;
  const promisedDate = promisedDateOf(line);
  const claims = claimsOf(line, promisedDate === null);
  const last = lastDateOf(claims);
  const overdue = claims.some(({ eta, hasCome }) => !hasCome && datesOf(eta, today).overdue);
  // What is overdue comes today at the earliest.
  const earliest = last !== null && last < today ? today : last;
  const isAfter = (day: string | null) => earliest !== null && (day === null || earliest > day);
  return {
    ...{ orderId, sku, quantity: unitsOf(line), promisedDate, neededBy, overdue },
    claims: claims.map(({ batchReference, quantity, eta }) => ({ batchReference, quantity, eta })),
    expectedDate: overdue ? null : last,
    late: isAfter(promisedDate) || (neededBy !== null && isAfter(neededBy)),
  };
}
