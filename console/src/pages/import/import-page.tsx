import { useEffect, useRef, useState } from 'react';
import { Button } from '../../ui/button.js';
import { counted } from '../../ui/figures.js';
import { Notice } from '../../ui/notice.js';
import { focusPageUnlessElsewhere } from '../../ui/page-focus.js';
import { Page } from '../../ui/page.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { FileDrop, FormatList } from './file-drop.js';
import { MOST_BYTES, partsOf } from './file-parts.js';
import { ImportReview } from './import-review.js';
import type { Kind } from './kinds.js';
import { readImport, type ImportFile } from './read-file.js';

type State =
  | { readonly step: 'choose'; readonly problem?: string }
  | { readonly step: 'reading'; readonly name: string; readonly part: number; readonly rows: number }
  | { readonly step: 'review'; readonly source: File; readonly file: ImportFile };

/** Reads a file of this computer, shows what is in it, and sends its rows. */
export function ImportPage() {
  const [state, setState] = useState<State>({ step: 'choose' });
  const reading = useRef<AbortController>(undefined);
  useEffect(() => () => reading.current?.abort(), []);
  const shown = useRef(state.step);
  useEffect(() => {
    if (shown.current !== state.step) focusPageUnlessElsewhere();
    shown.current = state.step;
  }, [state.step]);

  const read = async (source: File, kind?: Kind) => {
    reading.current?.abort();
    const { signal } = (reading.current = new AbortController());
    const { name, size } = source;
    const show = (next: State) => signal.aborted || setState(next);
    if (size > MOST_BYTES) {
      const problem = `${name} has more than 100 MiB. The command line imports files of any size: earmark import.`;
      return show({ step: 'choose', problem });
    }
    let part = 0;
    let rows = 0;
    const progress = () => show({ step: 'reading', name, part, rows });
    progress();
    const onRead = (bytes: number) => {
      part = bytes / size;
      progress();
    };
    try {
      const file = await readImport(partsOf(source, onRead), {
        kind,
        signal,
        onRows: (count) => (rows = count),
      });
      show({ step: 'review', source, file });
    } catch (error) {
      show({ step: 'choose', problem: `${name}: ${(error as Error).message}` });
    }
  };

  if (state.step === 'review')
    return (
      <ImportReview
        // Another reading of the file begins anew.
        key={`${state.source.name} ${state.file.kind.name} ${state.source.lastModified}`}
        source={state.source}
        file={state.file}
        onKind={(kind) => void read(state.source, kind)}
        onClose={() => setState({ step: 'choose' })}
      />
    );
  return (
    <Page title="Import" intro="Many batches, orders, receipts or shipments at once, from a file.">
      {state.step === 'choose' && state.problem !== undefined && (
        <Notice tone="bad" title="This file cannot be imported">
          <p className="break-words">{state.problem}</p>
        </Notice>
      )}
      {state.step === 'reading' ? (
        <Notice tone="neutral" title={`Reading ${state.name}`}>
          <div className="mt-2 flex flex-wrap items-center gap-3">
            <div className="flex-1">
              <ProgressBar label="How much of the file is read" part={state.part} />
            </div>
            <span className="text-muted tabular-nums">{counted(state.rows, 'row')}</span>
            <Button
              onClick={() => {
                reading.current?.abort();
                setState({ step: 'choose' });
              }}
            >
              Cancel
            </Button>
          </div>
        </Notice>
      ) : (
        <FileDrop isBusy={false} onFile={(file) => void read(file)} />
      )}
      <FormatList />
    </Page>
  );
}
