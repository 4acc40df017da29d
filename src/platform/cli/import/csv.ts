/**
 * The cells of one line of CSV (RFC 4180), or null where its quotes do not match. A quoted cell may hold separators and
 * doubled quotes, but no line break: no value of ours has one, and so an open quote costs its own line and no other.
 */
export function cellsOf(line: string, separator = ','): string[] | null {
  if (!line.includes('"')) return line.split(separator);
  const cell = cellBefore(separator);
  const cells: string[] = [];
  cell.lastIndex = 0;
  for (;;) {
    const found = cell.exec(line);
    if (!found) return null;
    const [, quoted, plain, delimiter] = found;
    cells.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (delimiter === '') return cells;
  }
}

const CELLS = new Map<string, RegExp>();

/** A cell where the one before has ended: in quotes or without any, up to a separator or the end of the line. */
function cellBefore(separator: string): RegExp {
  let cell = CELLS.get(separator);
  if (!cell) {
    cell = new RegExp(`(?:"([^"]*(?:""[^"]*)*)"|([^"${separator}]*))([${separator}]|$)`, 'y');
    CELLS.set(separator, cell);
  }
  return cell;
}
