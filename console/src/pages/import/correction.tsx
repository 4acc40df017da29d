import { useState } from 'react';
import { csvLine } from '../../../../src/platform/cli/csv.js';
import { queryClient } from '../../data/api-query.js';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { messageOf } from '../../ui/notice.js';
import { entriesOf, jsonOf } from './entries.js';
import { textOf } from './file-preview.js';
import { ImportRun } from './import-run.js';
import type { WhenShort } from './kinds.js';
import type { FileRow } from './file-row.js';
import { layoutOf, readRow, type ImportFile } from './read-file.js';
import { sendTo } from './use-import-run.js';

/** Rows as they were corrected and sent. */
export interface Corrected {
  readonly rows: readonly FileRow[];
  /** Why they were refused again; null: they were taken. */
  readonly problem: { readonly reason: string; readonly message: string } | null;
}

interface Props {
  readonly file: ImportFile;
  readonly rows: readonly FileRow[];
  readonly whenShort: WhenShort;
  readonly onClose: () => void;
  readonly onSent: (result: Corrected) => void;
}

/** Rows whose cells are inputs; a row that has no cells is corrected as the line that it is. */
export function Correction({ file, rows, whenShort, onClose, onSent }: Props) {
  const { kind, columns } = file;
  const hasCells = file.format === 'csv' && rows.every(({ values }) => values !== null);
  const names = hasCells ? columns : ['The line'];
  const [cells, setCells] = useState(() =>
    rows.map(({ values, text }) => (hasCells ? columns.map((name) => textOf(values![name])) : [text])),
  );
  const [read, setRead] = useState(rows);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const send = async () => {
    setProblem(null);
    // Their cells stand in the order of the columns now, with commas between them.
    const layout = hasCells ? layoutOf(csvLine(columns).trimEnd(), kind) : file;
    const corrected = rows.map(({ line }, at) => {
      const text = hasCells ? csvLine(cells[at]!).trimEnd() : cells[at]![0]!;
      return readRow({ kind, read: layout.read }, { number: line, text });
    });
    setRead(corrected);
    const entries = entriesOf(kind, corrected);
    const fault = entries.find((entry) => entry.fault !== null)?.fault;
    if (fault != null) {
      if (corrected.every(({ faults }) => faults.length === 0)) setProblem(fault);
      return;
    }
    setBusy(true);
    const run = new ImportRun({
      send: sendTo(kind.path),
      total: entries.length,
      rowAt: (index) => jsonOf(kind, entries[index]!, whenShort),
      onChange: () => undefined,
    });
    await run.run();
    setBusy(false);
    void queryClient.invalidateQueries();
    const { phase, reason } = run.progress;
    if (phase !== 'complete') return setProblem(reason ?? 'It was not sent.');
    const refused = run.outcomes.find((outcome) => outcome?.kind === 'refused');
    if (!refused) return onSent({ rows: corrected, problem: null });
    const message = refused.problem.detail ?? refused.problem.title;
    setProblem(message);
    onSent({ rows: corrected, problem: { reason: refused.problem.type.split(':').at(-1)!, message } });
  };

  return (
    <form
      className="flex flex-col gap-3 rounded-md bg-sunken p-3"
      onSubmit={(event) => {
        event.preventDefault();
        void send().catch((error: unknown) => setProblem(messageOf(error)));
      }}
    >
      {cells.map((texts, row) => (
        <div key={row} className="grid gap-3 sm:grid-cols-[repeat(auto-fill,minmax(10rem,1fr))]">
          {texts.map((text, at) => (
            <TextField
              key={at}
              label={names[at]!}
              className={hasCells ? undefined : 'col-span-full'}
              autoFocus={row === 0 && at === 0}
              value={text}
              error={
                read[row]?.faults.find(({ column }) => (hasCells ? column === names[at] : true))?.message
              }
              onChange={({ target }) =>
                setCells(
                  cells.map((own, i) =>
                    i === row ? own.map((old, j) => (j === at ? target.value : old)) : own,
                  ),
                )
              }
            />
          ))}
        </div>
      ))}
      {problem !== null && (
        <p role="alert" className="font-medium text-bad">
          {problem}
        </p>
      )}
      <div className="flex gap-2">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          Send again
        </Button>
        <Button disabled={isBusy} onClick={onClose}>
          Close
        </Button>
      </div>
    </form>
  );
}
