import { memo, type ReactNode, type RefObject } from 'react';
import { classes } from './classes.js';

export interface Column<Row> {
  readonly head: ReactNode;
  readonly cell: (row: Row, index: number) => ReactNode;
  /** Right-aligned, as numbers are. */
  readonly isNumber?: boolean;
  /** Left out on narrow screens. */
  readonly isMinor?: boolean;
  /** Takes the whole width of a card: see `TableFrame`. */
  readonly isWide?: boolean;
  readonly className?: string;
}

interface FrameProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  /** The rows of a long table: it scrolls by itself. */
  readonly scrolls?: { readonly frame: RefObject<HTMLDivElement | null>; readonly rows: number };
  readonly children: ReactNode;
}

/**
 * What is around the rows of a table: its name and the heads of its columns. On narrow screens `style.css` shows each row as
 * a card, in which the heads stand above the values. The roles are those of the elements, which lose them there in some
 * browsers.
 */
export function TableFrame<Row>({ caption, columns, scrolls, children }: FrameProps<Row>) {
  return (
    // What scrolls has to be reachable by keyboard.
    <div
      ref={scrolls?.frame}
      role="group"
      aria-label={caption}
      tabIndex={0}
      className={classes('cards relative overflow-x-auto', scrolls && 'max-h-[70vh] overflow-y-auto')}
    >
      <table
        role="table"
        className="w-full border-collapse text-left"
        aria-rowcount={scrolls && scrolls.rows + 1}
      >
        <caption className="sr-only">{caption}</caption>
        <thead
          role="rowgroup"
          className={classes('text-xs text-muted', scrolls && 'sticky top-0 z-10 bg-surface')}
        >
          <tr role="row">
            {columns.map(({ head, isNumber, isMinor }, column) => (
              <th
                key={column}
                role="columnheader"
                scope="col"
                className={classes(
                  'px-3 py-1.5 font-medium whitespace-nowrap first:pl-4 last:pr-4',
                  isNumber && 'text-right',
                  isMinor && 'max-lg:hidden',
                )}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">{children}</tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly data: unknown;
  readonly index: number;
  readonly columns: readonly Column<unknown>[];
  /** Of a long table, which has to know the heights of its rows. */
  readonly measure?: (element: HTMLTableRowElement | null) => void;
}

/** Scrolling a long table renders only the rows that come into sight. */
export const TableRow = memo(({ data, index, columns, measure }: RowProps) => {
  /** The column that names the card of a row. */
  const title = columns.findIndex(({ isNumber, isMinor }) => !isNumber && !isMinor);
  return (
    <tr
      role="row"
      data-index={index}
      ref={measure}
      // Below the heads, which are the first row.
      aria-rowindex={measure && index + 2}
      className="border-t border-edge hover:bg-sunken"
    >
      {columns.map(({ head, cell, isNumber, isMinor, isWide, className }, column) => (
        <td
          key={column}
          role="cell"
          data-card={column === title ? 'title' : isWide ? 'wide' : isNumber ? 'number' : undefined}
          data-head={typeof head === 'string' ? head : undefined}
          className={classes(
            'px-3 py-1.5 align-top first:pl-4 last:pr-4',
            isNumber && 'text-right tabular-nums',
            isMinor && 'max-lg:hidden',
            className,
          )}
        >
          {cell(data, index)}
        </td>
      ))}
    </tr>
  );
});
TableRow.displayName = 'TableRow';
