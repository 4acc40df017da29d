/**
 * The cells of one line of CSV (RFC 4180), or null where its quotes do not match. A quoted cell may hold commas and
 * doubled quotes, but no line break: no value of ours has one, and so an open quote costs its own line and no other.
 */
export function cellsOf(line: string): string[] | null {
  if (!line.includes('"')) return line.split(',');
  const cells: string[] = [];
  CELL.lastIndex = 0;
  for (;;) {
    const found = CELL.exec(line);
    if (!found) return null;
    const [, quoted, plain, delimiter] = found;
    cells.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (delimiter === '') return cells;
  }
}

/** A cell where the one before has ended: in quotes or without any, up to a comma or the end of the line. */
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^",]*))(,|$)/y;
