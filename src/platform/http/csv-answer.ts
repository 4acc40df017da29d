import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { csvLine, type Cell } from '../cli/csv.js';

export const CSV = 'text/csv';

/** A part of a list, and where it goes on; null: nowhere. */
interface Part<Row, Cursor> {
  readonly items: readonly Row[];
  readonly next: Cursor | null;
}

/**
 * Answers with a whole list as CSV. Its next part is read when the client has taken the one before, so that a client which
 * reads slowly, or no more, costs nothing.
 * @param file the name under which a browser saves it
 * @param columns the cell of each column
 */
export function csvAnswer<Row, Cursor>(
  reply: FastifyReply,
  file: string,
  columns: Readonly<Record<string, (row: Row) => Cell | Date>>,
  start: Cursor,
  partAfter: (cursor: Cursor) => Promise<Part<Row, Cursor>>,
): Readable {
  async function* lines(): AsyncGenerator<string> {
    yield csvLine(Object.keys(columns));
    for (let from: Cursor | null = start; from !== null;) {
      const { items, next }: Part<Row, Cursor> = await partAfter(from);
      const cells = items.map((row) => Object.values(columns).map((cell) => textOf(cell(row))));
      if (cells.length > 0) yield cells.map(csvLine).join('');
      from = next;
    }
  }
  void reply.type(`${CSV}; charset=utf-8`).header('content-disposition', `attachment; filename="${file}"`);
  return Readable.from(lines(), { objectMode: false, highWaterMark: 0 });
}

const textOf = (cell: Cell | Date): Cell => (cell instanceof Date ? cell.toISOString() : cell);
