import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

/** Part of a list: `next` is the cursor for `after`, null at the end. */
export interface Page<Item, Cursor extends string | number = string> {
  items: Item[];
  next: Cursor | null;
}

/**
 * @param rows one more than `limit`, if there are as many
 * @param cursorOf the value by which the list is ordered
 */
export function page<Item, Cursor extends string | number>(
  rows: readonly Item[],
  limit: number,
  cursorOf: (item: Item) => Cursor,
): Page<Item, Cursor> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last !== undefined && rows.length > limit ? cursorOf(last) : null };
}

/** The page of a list for the API document: `class BatchPageBody extends PageOf(BatchBody) {}`. */
export function PageOf<Item>(
  item: Type<Item>,
  cursor: 'string' | 'integer' = 'string',
): Type<Page<Item, string | number>> {
  class ItemPage implements Page<Item, string | number> {
    @ApiProperty({ type: [item] })
    items!: Item[];

    @ApiProperty({
      type: cursor,
      nullable: true,
      description: 'The cursor for `after`; null on the last page.',
      example: null,
    })
    next!: string | number | null;
  }
  return ItemPage;
}
