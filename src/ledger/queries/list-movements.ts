import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { CLAIMING, type Movement, type MovementKind } from '../domain/movement.js';
import {
  MOVEMENTS_OF_BATCH,
  MOVEMENTS_OF_LOG,
  MOVEMENTS_OF_ORDER,
  MOVEMENTS_OF_SKU,
} from './movement-pages.js';
import { TYPES_OF } from './types-of-kind.js';

/** Which movements are listed; what is left out selects none away. */
export interface MovementFilter {
  readonly sku?: string | undefined;
  readonly batchReference?: string | undefined;
  readonly orderId?: string | undefined;
  readonly kind?: MovementKind | undefined;
}

export interface MovementPage {
  readonly items: readonly Movement[];
  readonly next: number | null;
}

/** Reads of one page at most: it ends with what they found. */
const MOST_READS = 20;

/** What has changed the figures of batches, in the order of the log: each unit that a batch has or has not is explained by it. */
export class ListMovements extends Query<MovementPage> {
  /**
   * @param after only movements after this position of the log
   * @param limit the movements of a page. It may have a few more, since it has all of its last event, and fewer if one has
   *   to look at many to find those of a filter
   */
  constructor(
    readonly filter: MovementFilter,
    readonly after: number,
    readonly limit: number,
  ) {
    super();
  }
}

/** A movement, or the end of a read that found none. */
type Row = { readonly readUpTo: number | null } & (Movement | { readonly position: null });

@QueryHandler(ListMovements)
export class ListMovementsHandler implements IQueryHandler<ListMovements> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ filter, after, limit }: ListMovements): Promise<MovementPage> {
    const found: Movement[] = [];
    let from: number | null = after;
    for (let reads = 0; from !== null && found.length <= limit && reads < MOST_READS; reads++) {
      const { movements, readUpTo } = await this.#read(filter, from, limit + 1 - found.length);
      found.push(...movements);
      from = readUpTo;
    }
    if (found.length <= limit) return { items: found, next: from };
    const { position } = found[limit - 1]!;
    const items = found.filter((movement) => movement.position <= position);
    return { items, next: items.length < found.length || from !== null ? position : null };
  }

  /** @returns where to read on, null at the end */
  async #read(
    { sku, batchReference, orderId, kind }: MovementFilter,
    after: number,
    count: number,
  ): Promise<{ movements: Movement[]; readUpTo: number | null }> {
    const isOfStock = kind !== undefined && !CLAIMING.has(kind);
    const statement =
      orderId !== undefined
        ? MOVEMENTS_OF_ORDER
        : batchReference !== undefined
          ? MOVEMENTS_OF_BATCH[isOfStock ? 'stock' : 'all']
          : sku !== undefined
            ? MOVEMENTS_OF_SKU[isOfStock ? 'stock' : 'all']
            : MOVEMENTS_OF_LOG;
    const rows = await this.dataSource.query<Row[]>(statement, [
      ...[after, count, sku ?? null, batchReference ?? null, orderId ?? null, kind ?? null],
      kind ? TYPES_OF[kind] : null,
    ]);
    const movements = rows.flatMap(({ readUpTo: _, ...row }) => (row.position === null ? [] : [row]));
    // There may be more of the part than were wanted.
    const readUpTo = movements.length < count ? rows[0]!.readUpTo : movements.at(-1)!.position;
    return { movements, readUpTo };
  }
}
