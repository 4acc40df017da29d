import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { TableFrame, TableRow, type Column } from './table-frame.js';

interface LongTableProps {
  readonly caption: string;
  readonly columns: readonly Column<unknown>[];
  readonly rows: readonly unknown[];
  readonly keyOf: (row: unknown, index: number) => string | number;
}

/** Until a row was measured. */
const ROW_PX = 37;

/** A table of which only the rows in sight are in the page. It scrolls by itself and stays quick. */
export function LongTable({ caption, columns, rows, keyOf }: LongTableProps) {
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const shown = virtual.getVirtualItems();
  const above = shown[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    <TableFrame caption={caption} columns={columns} scrolls={{ frame, rows: rows.length }}>
      {above > 0 && <Space height={above} columns={columns.length} />}
      {shown.map(({ index }) => (
        <TableRow
          key={keyOf(rows[index], index)}
          data={rows[index]}
          index={index}
          columns={columns}
          measure={virtual.measureElement}
        />
      ))}
      {below > 0 && <Space height={below} columns={columns.length} />}
    </TableFrame>
  );
}

/** In place of the rows above or below those in sight. */
function Space({ height, columns }: { readonly height: number; readonly columns: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height, padding: 0 }} />
    </tr>
  );
}
