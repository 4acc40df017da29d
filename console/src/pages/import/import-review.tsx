import { useEffect, useMemo, useState } from 'react';
import { useAllows } from '../../data/session.js';
import { Button } from '../../ui/button.js';
import { SelectField } from '../../ui/field.js';
import { counted, grouped } from '../../ui/figures.js';
import { Notice } from '../../ui/notice.js';
import { focusPageUnlessElsewhere } from '../../ui/page-focus.js';
import { Page, Section } from '../../ui/page.js';
import { jsonOf, type Entry } from './entries.js';
import { FilePreview } from './file-preview.js';
import type { Outcome } from './import-run.js';
import { KINDS, type Kind, type WhenShort } from './kinds.js';
import type { ImportFile } from './read-file.js';
import { RejectedRows, type Rejected } from './rejected-rows.js';
import { RunProgress } from './run-progress.js';
import { useImportRun } from './use-import-run.js';

interface Props {
  readonly source: File;
  readonly file: ImportFile;
  readonly onKind: (kind: Kind) => void;
  readonly onClose: () => void;
}

/** A file that was read: what would be sent, then what has become of it. */
export function ImportReview({ source, file, onKind, onClose }: Props) {
  const { kind, entries } = file;
  const valid = useMemo(() => entries.filter(({ fault }) => fault === null), [entries]);
  const [whenShort, setWhenShort] = useState<WhenShort>('refuse');
  const run = useImportRun();
  const { progress } = run;
  const invalid = entries.length - valid.length;
  const hasBegun = progress !== null;
  useEffect(() => {
    if (hasBegun) focusPageUnlessElsewhere();
  }, [hasBegun]);

  const { isUnderWay, outcomes } = run;
  // A list that grows while it is read cannot be worked on.
  const rejected = useMemo(
    () => rejectedOf(entries, valid, isUnderWay ? [] : outcomes),
    [entries, valid, isUnderWay, outcomes],
  );

  return (
    <Page
      title={source.name}
      above={
        <button className="hover:underline" disabled={run.isUnderWay} onClick={onClose}>
          Import
        </button>
      }
      actions={
        <Button disabled={run.isUnderWay} onClick={onClose}>
          {progress ? 'Import another file' : 'Choose another file'}
        </Button>
      }
      intro={`${counted(file.rows.length, 'row')} of ${counted(entries.length, kind.one, kind.name)}`}
    >
      {progress ? (
        <RunProgress
          progress={progress}
          invalid={invalid}
          one={kind.one}
          many={kind.name}
          onStop={run.stop}
          onGoOn={run.goOn}
        />
      ) : (
        <BeforeSending
          kind={kind}
          valid={valid.length}
          invalid={invalid}
          whenShort={whenShort}
          onKind={onKind}
          onWhenShort={setWhenShort}
          onSend={() =>
            run.start({
              path: kind.path,
              total: valid.length,
              rowAt: (index) => jsonOf(kind, valid[index]!, whenShort),
            })
          }
        />
      )}
      {rejected.length > 0 && (
        <RejectedRows
          file={file}
          name={source.name}
          rejected={rejected}
          whenShort={whenShort}
          isReady={progress !== null && !run.isUnderWay}
        />
      )}
      {!progress && <FilePreview file={file} />}
    </Page>
  );
}

/** The rows that are invalid, and those that the service has refused. */
function rejectedOf(
  entries: readonly Entry[],
  valid: readonly Entry[],
  outcomes: readonly (Outcome | undefined)[],
): readonly Rejected[] {
  const invalid = entries.filter(({ fault }) => fault !== null);
  const refused = outcomes.flatMap((outcome, at) => {
    if (outcome?.kind !== 'refused') return [];
    const { type, detail, title } = outcome.problem;
    return [{ entry: valid[at]!, reason: type.split(':').at(-1)!, message: detail ?? title }];
  });
  return [...invalid.map((entry) => ({ entry, reason: 'invalid', message: entry.fault! })), ...refused];
}

interface BeforeProps {
  readonly kind: Kind;
  readonly valid: number;
  readonly invalid: number;
  readonly whenShort: WhenShort;
  readonly onKind: (kind: Kind) => void;
  readonly onWhenShort: (whenShort: WhenShort) => void;
  readonly onSend: () => void;
}

function BeforeSending(props: BeforeProps) {
  const { kind, valid, invalid, whenShort, onKind, onWhenShort, onSend } = props;
  const isAllowed = useAllows()(kind.scope);
  return (
    <Section title="Before it is sent">
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-start gap-4">
          <SelectField
            label="The rows are"
            className="w-44"
            value={kind.name}
            onChange={({ target }) => onKind(KINDS.find(({ name }) => name === target.value)!)}
          >
            {KINDS.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </SelectField>
          {kind.name === 'orders' && (
            <SelectField
              label="If a line does not fit"
              className="w-64"
              value={whenShort}
              onChange={({ target }) => onWhenShort(target.value as WhenShort)}
            >
              <option value="refuse">refuse its order</option>
              <option value="skip">leave the line out</option>
              <option value="backorder">let the line wait for stock</option>
            </SelectField>
          )}
        </div>
        <p className="max-w-prose text-muted">{kind.effect}</p>
        {invalid > 0 && (
          <Notice
            tone="warn"
            title={`${counted(invalid, kind.one, kind.name)} cannot be sent: see below what is wrong.`}
          >
            {valid > 0 && <p>The others can. Afterwards you can correct these here, or download them.</p>}
          </Notice>
        )}
        {isAllowed ? (
          <div>
            <Button kind="primary" disabled={valid === 0} onClick={onSend}>
              Import {grouped(valid)} {valid === 1 ? kind.one : kind.name}
            </Button>
          </div>
        ) : (
          <Notice tone="neutral" title="You may look at the file, but not import it">
            <p>
              Importing {kind.name} needs a key with the scope <code>{kind.scope}</code>.
            </p>
          </Notice>
        )}
      </div>
    </Section>
  );
}
