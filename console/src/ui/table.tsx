import { lazy, Suspense, type ReactNode } from 'react';
import { Button } from './button.js';
import { Loading } from './notice.js';
import { TableFrame, TableRow, type Column } from './table-frame.js';

export type { Column } from './table-frame.js';

interface TableProps<Row> {
  /** What the table lists, for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row, index: number) => string | number;
  /** Of the query that has answered the rows: loads the next page. */
  readonly more?: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
  /** Shown instead of a table without rows. */
  readonly empty?: ReactNode;
}

/** From so many rows on, only those in sight are in the page. */
const MANY = 100;

/** What it takes is loaded once there are many rows: most pages never need it. */
const LongTable = lazy(() => import('./long-table.js').then(({ LongTable }) => ({ default: LongTable })));

/** A table; one with many rows scrolls by itself and stays quick. */
export function Table<Row>({ caption, columns, rows, keyOf, more, empty }: TableProps<Row>) {
  if (rows.length === 0 && empty !== undefined) return <div className="px-4">{empty}</div>;
  const untyped = {
    columns: columns as readonly Column<unknown>[],
    keyOf: keyOf as (row: unknown, index: number) => string | number,
  };
  return (
    <>
      {rows.length > MANY ? (
        <Suspense fallback={<Loading />}>
          <LongTable caption={caption} rows={rows} {...untyped} />
        </Suspense>
      ) : (
        <TableFrame caption={caption} columns={columns}>
          {rows.map((row, index) => (
            <TableRow key={keyOf(row, index)} data={row} index={index} columns={untyped.columns} />
          ))}
        </TableFrame>
      )}
      {more?.hasNextPage && (
        <div className="mt-3 px-4">
          <Button isBusy={more.isFetchingNextPage} onClick={() => void more.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}
