import { useMemo } from 'react';
import { counted, grouped } from '../../ui/figures.js';
import { Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';
import type { FileRow } from './file-row.js';
import type { ImportFile } from './read-file.js';

const MOST_SHOWN = 200;

/** The first rows of a file, with what is wrong in them at its place. */
export function FilePreview({ file }: { readonly file: ImportFile }) {
  const { rows, columns } = file;
  const shown = useMemo(() => rows.slice(0, MOST_SHOWN), [rows]);
  const table = useMemo(() => columnsOf(columns, shown), [columns, shown]);
  return (
    <Section
      title="Rows of the file"
      intro={
        rows.length > MOST_SHOWN
          ? `The first ${MOST_SHOWN} of ${grouped(rows.length)}; all are checked.`
          : counted(rows.length, 'row')
      }
      isFlush
    >
      <Table caption="The first rows of the file" columns={table} rows={shown} keyOf={({ line }) => line} />
    </Section>
  );
}

function columnsOf(names: readonly string[], rows: readonly FileRow[]): readonly Column<FileRow>[] {
  const hasCells = rows.some(({ values }) => values !== null);
  const own: readonly Column<FileRow>[] = names.map((name) => ({
    head: name,
    cell: (row) => <Cell row={row} name={name} />,
    isNumber: typeof rows.find(({ row }) => row)?.values?.[name] === 'number',
  }));
  return [
    { head: 'Line', cell: ({ line }) => <span className="text-muted">{grouped(line)}</span>, isNumber: true },
    ...(hasCells ? own : []),
    ...(rows.some(needsNote)
      ? [{ head: hasCells ? '' : 'Row', cell: (row: FileRow) => <Note row={row} /> }]
      : []),
  ];
}

/** A row without cells is shown as its text, with what is wrong with it. */
const needsNote = ({ values, faults }: FileRow): boolean =>
  values === null || faults.some(({ column }) => column === null);

function Note({ row }: { readonly row: FileRow }) {
  if (!needsNote(row)) return null;
  return (
    <>
      {row.values === null && (
        <code className="block max-w-3xl truncate font-mono text-xs" title={row.text}>
          {row.text}
        </code>
      )}
      {row.faults
        .filter(({ column }) => column === null)
        .map(({ message }) => (
          <p key={message} className="text-xs font-medium text-bad">
            {message}
          </p>
        ))}
    </>
  );
}

function Cell({ row, name }: { readonly row: FileRow; readonly name: string }) {
  const value = row.values?.[name];
  const fault = row.faults.find(({ column }) => column === name);
  if (!fault) return <>{textOf(value)}</>;
  return (
    <div className="max-w-72 min-w-36 text-left">
      <span className="rounded-sm bg-bad-soft px-1 text-bad">{textOf(value) || 'empty'}</span>
      <p className="text-xs font-medium text-bad">{fault.message}</p>
    </div>
  );
}

/** A value as the cell of a file has it. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return value === true ? 'true' : '';
}
