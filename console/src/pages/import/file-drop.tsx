import { useRef, useState } from 'react';
import { Button } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { Section } from '../../ui/page.js';
import { downloadText } from './download.js';
import { KINDS, type Kind } from './kinds.js';

/** Where a file is dropped or chosen. */
export function FileDrop({
  onFile,
  isBusy,
}: {
  readonly onFile: (file: File) => void;
  readonly isBusy: boolean;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null | undefined) => {
    const [file] = files ?? [];
    if (file) onFile(file);
  };
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
      className={classes(
        'flex flex-col items-center gap-3 rounded-lg border-2 border-dashed px-6 py-12 text-center',
        isOver ? 'border-accent bg-accent-soft' : 'border-edge-strong bg-surface',
      )}
    >
      <p className="text-base font-semibold">Drop a CSV or NDJSON file here</p>
      <p className="max-w-prose text-muted">
        Batches, orders, receipts or shipments: its columns say which. Nothing is sent before you have seen
        its rows.
      </p>
      <Button kind="primary" isBusy={isBusy} onClick={() => input.current!.click()}>
        Choose a file
      </Button>
      <input
        ref={input}
        type="file"
        tabIndex={-1}
        aria-label="A CSV or NDJSON file"
        accept=".csv,.tsv,.txt,.ndjson,.jsonl,text/csv,application/x-ndjson"
        className="sr-only"
        onChange={(event) => {
          take(event.target.files);
          // The same file can be chosen again after it was corrected.
          event.target.value = '';
        }}
      />
    </div>
  );
}

/** The columns of each kind of file. */
export function FormatList() {
  return (
    <Section
      title="What a file looks like"
      intro="Columns may stand in any order; commas, semicolons and tabs are recognised. NDJSON has an object with the same fields on each line, or the rows of the bulk API."
    >
      <div className="grid gap-x-8 gap-y-5 lg:grid-cols-2">
        {KINDS.map((kind) => (
          <Format key={kind.name} kind={kind} />
        ))}
      </div>
    </Section>
  );
}

function Format({ kind }: { readonly kind: Kind }) {
  const needed = kind.columns.all.filter((column) => !('absent' in column));
  const others = kind.columns.all.filter((column) => 'absent' in column);
  const names = (columns: typeof needed) => columns.map(({ name }) => name).join(', ');
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <h3 className="font-semibold first-letter:uppercase">{kind.name}</h3>
      <p className="text-muted">{kind.effect}</p>
      <p>
        <code className="font-mono text-xs break-words">{names(needed)}</code>
        <span className="text-muted"> and, if you like, </span>
        <code className="font-mono text-xs break-words">{names(others)}</code>
      </p>
      <p>
        <button
          className="font-medium text-accent-text hover:underline"
          onClick={() => downloadText(`${kind.name}.csv`, kind.example)}
        >
          Download an example of {kind.name}
        </button>
      </p>
    </div>
  );
}
