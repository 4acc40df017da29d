import { useState } from 'react';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { counted, grouped } from '../../ui/figures.js';
import { Section } from '../../ui/page.js';
import { Correction, type Corrected } from './correction.js';
import { downloadText } from './download.js';
import type { Entry } from './entries.js';
import type { WhenShort } from './kinds.js';
import { rejectsFile } from './rejects-file.js';
import type { ImportFile } from './read-file.js';

/** What was not taken, and why. */
export interface Rejected {
  readonly entry: Entry;
  /** For programs. */
  readonly reason: string;
  readonly message: string;
}

interface Props {
  readonly file: ImportFile;
  readonly name: string;
  readonly rejected: readonly Rejected[];
  readonly whenShort: WhenShort;
  /** Whether the other rows were sent, so that these can be corrected and sent. */
  readonly isReady: boolean;
}

const MOST_SHOWN = 200;

/** The rows that were not taken: to be corrected here, or as a file. */
export function RejectedRows({ file, name, rejected, whenShort, isReady }: Props) {
  const { kind } = file;
  const [corrected, setCorrected] = useState<ReadonlyMap<Entry, Corrected>>(new Map());
  const [open, setOpen] = useState<Entry | null>(null);
  /** As they are now: with what was corrected and refused again, without what was taken. */
  const left = rejected.flatMap(({ entry, ...why }) => {
    const again = corrected.get(entry);
    if (!again) return [{ entry, rows: entry.rows, ...why }];
    return again.problem ? [{ entry, rows: again.rows, ...again.problem }] : [];
  });
  const save = () => {
    const rejects = left.flatMap(({ rows, reason, message }) =>
      rows.map((row) => ({ row, reason, message })),
    );
    const extension = file.format === 'csv' ? 'csv' : 'ndjson';
    downloadText(`${name.replace(/\.\w+$/, '')}-rejected.${extension}`, rejectsFile(file, rejects));
  };
  const done = rejected.length - left.length;
  return (
    <Section
      title={isReady ? 'Not taken' : 'Cannot be sent'}
      intro={`${counted(left.length, kind.one, kind.name)}${done > 0 ? `; ${grouped(done)} corrected and taken` : ''}`}
      actions={left.length > 0 && <Button onClick={save}>Download with their reasons</Button>}
    >
      <ul className="-my-3 divide-y divide-edge">
        {rejected.slice(0, MOST_SHOWN).map(({ entry, reason, message }, at) => {
          const again = corrected.get(entry);
          const isTaken = again !== undefined && !again.problem;
          const rows = again?.rows ?? entry.rows;
          return (
            <li key={at} className="flex flex-col gap-2 py-3">
              <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
                <div className="min-w-0">
                  <p className="flex flex-wrap items-center gap-2">
                    <span className="font-medium wrap-anywhere">{entry.id ?? 'Without an id'}</span>
                    <span className="text-muted">{linesOf(entry)}</span>
                    {isTaken ? (
                      <Badge tone="good">taken</Badge>
                    ) : (
                      <Badge tone="bad">{again?.problem?.reason ?? reason}</Badge>
                    )}
                  </p>
                  {!isTaken && <p className="break-words">{again?.problem?.message ?? message}</p>}
                </div>
                {isReady && !isTaken && open !== entry && (
                  <Button
                    aria-label={`Correct ${[entry.id, linesOf(entry)].filter(Boolean).join(', ')}`}
                    onClick={() => setOpen(entry)}
                  >
                    Correct
                  </Button>
                )}
              </div>
              {open === entry ? (
                <Correction
                  file={file}
                  rows={rows}
                  whenShort={whenShort}
                  onClose={() => setOpen(null)}
                  onSent={(result) => {
                    setCorrected((before) => new Map(before).set(entry, result));
                    if (!result.problem) setOpen((now) => (now === entry ? null : now));
                  }}
                />
              ) : (
                <pre className="overflow-x-auto font-mono text-xs text-muted">
                  {rows.slice(0, 5).map(({ text }) => `${text}\n`)}
                  {rows.length > 5 && `and ${rows.length - 5} more`}
                </pre>
              )}
            </li>
          );
        })}
      </ul>
      {rejected.length > MOST_SHOWN && (
        <p className="pt-4 text-muted">
          And {grouped(rejected.length - MOST_SHOWN)} more: the download has all of them.
        </p>
      )}
    </Section>
  );
}

function linesOf({ rows }: Entry): string {
  const lines = rows.map(({ line }) => line);
  const [first] = lines;
  return lines.length === 1
    ? `line ${grouped(first!)}`
    : `lines ${lines.slice(0, 5).map(grouped).join(', ')}${lines.length > 5 ? ', …' : ''}`;
}
