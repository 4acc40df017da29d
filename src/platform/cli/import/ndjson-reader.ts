import type { Columns, NamedColumn } from './columns.js';
import { InvalidRow, shorten, type Numbering, type RowReader } from './row-reader.js';

/** The member that each line of an NDJSON file of rejects has besides its row. An import ignores it. */
export const REJECTED = 'rejected';

type Members = Record<string, unknown>;

/**
 * The reader of a file with a JSON object on each line. Its members are named as the columns or as in REST.
 * @param numbering numbers the references of a file, so that they are unique
 */
export function ndjsonReader<Row extends object>(
  columns: Columns<Row>,
  numbering?: Numbering,
): RowReader<Row> {
  return (line) => {
    const members = membersOf(line);
    const isReject = Object.hasOwn(members, REJECTED);
    const numbered = isReject ? undefined : numbering;
    delete members[REJECTED];
    const values = valuesOf(columns, members);
    for (const [column, value] of values)
      if (numbered?.field === column.field && typeof value === 'string' && value !== '')
        values.set(column, numbered.next(value));
    return columns.row(values);
  };
}

/** The members by column; renames each known member in `members` to its column. */
function valuesOf<Row extends object>(columns: Columns<Row>, members: Members): Map<NamedColumn, unknown> {
  const values = new Map<NamedColumn, unknown>();
  let wrong: string | undefined;
  for (const [name, value] of Object.entries(members)) {
    const column = columns.named(name);
    if (!column && columns.isIgnored(name)) delete members[name];
    else if (!column) wrong ??= `${shorten(name)} is not a known field.`;
    else if (values.has(column)) wrong ??= `${column.name} appears twice.`;
    else {
      values.set(column, value);
      if (name === column.name) continue;
      delete members[name];
      members[column.name] = value;
    }
  }
  if (wrong !== undefined) throw new InvalidRow('validation-failed', wrong, members);
  return values;
}

function membersOf(line: string): Members {
  const value = parseJson(line);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidRow('malformed-row', 'The line must be a JSON object.');
  }
  return value as Members;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new InvalidRow('malformed-json', `The line is not JSON: ${(error as Error).message}.`);
  }
}
