import { dayInWords, DateText, grouped } from '../../ui/figures.js';
import { Button } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import type { LineOutcome, Shortfall } from './line-outcome.js';
import { changeLine, type DraftLine, type OrderDraft } from './order-draft.js';
import { Claims } from './claims.js';

interface LineOutcomeNoteProps {
  readonly outcome: LineOutcome;
  readonly line: DraftLine;
  readonly draft: OrderDraft;
  readonly onChange: (draft: OrderDraft) => void;
}

/** Below a line that is typed: what it would get, or why it would get nothing, and what could be had instead. */
export function LineOutcomeNote({ outcome, line, draft, onChange }: LineOutcomeNoteProps) {
  const shortfall = outcome.kind === 'refused' || outcome.kind === 'left-out' ? outcome.shortfall : null;
  const isBad = outcome.kind === 'refused' || outcome.kind === 'unknown-sku';
  return (
    <div className={classes('mt-2 border-t border-edge pt-2', isBad && 'text-bad')} aria-live="polite">
      <Sentence outcome={outcome} line={line} />
      {shortfall && (
        <Instead
          {...{ shortfall, line }}
          hasOthers={draft.lines.length > 1}
          onLine={(change) => onChange(changeLine(draft, line.key, change))}
          onWhenShort={(whenShort) => onChange({ ...draft, whenShort })}
          whenShort={draft.whenShort}
        />
      )}
    </div>
  );
}

function Sentence({ outcome, line }: { readonly outcome: LineOutcome; readonly line: DraftLine }) {
  switch (outcome.kind) {
    case 'gets':
      return (
        <p>
          Gets <Claims claims={outcome.claims} />
          {outcome.overdue ? (
            <span className="text-bad">: overdue, nobody knows when it comes</span>
          ) : outcome.expectedDate === null ? (
            ', on hand'
          ) : (
            <>
              , expected <DateText date={outcome.expectedDate} />
            </>
          )}
        </p>
      );
    case 'waits':
      return <p className="text-warn">Does not fit: it waits until units are free.</p>;
    case 'fits':
      return <p className="text-muted">This line would fit.</p>;
    case 'has-left':
      return <p className="text-muted">All of it has left.</p>;
    case 'unknown-sku':
      return <p>No batch of this SKU was ever registered.</p>;
    case 'left-out':
      return outcome.shortfall ? (
        <p className="text-warn">Is left out. {shortOf(outcome.shortfall, line)}</p>
      ) : (
        <p className="text-warn">Is left out.</p>
      );
    case 'refused':
      return <p>Does not fit. {shortOf(outcome.shortfall, line)}</p>;
  }
}

function shortOf({ requested, available }: Shortfall, { split, neededBy }: DraftLine): string {
  const by = neededBy === '' ? '' : ` by ${dayInWords(neededBy)}`;
  if (available === 0) return `No unit of it can be had${by}.`;
  return split
    ? `${grouped(available)} of ${grouped(requested)} units can be had${by}.`
    : `No batch has ${grouped(requested)} free units${by}; the largest has ${grouped(available)}.`;
}

interface InsteadProps {
  readonly shortfall: Shortfall;
  readonly line: DraftLine;
  readonly hasOthers: boolean;
  readonly whenShort: OrderDraft['whenShort'];
  readonly onLine: (change: Partial<DraftLine>) => void;
  readonly onWhenShort: (whenShort: OrderDraft['whenShort']) => void;
}

function Instead({
  shortfall: { available, earliest },
  line,
  hasOthers,
  whenShort,
  onLine,
  onWhenShort,
}: InsteadProps) {
  return (
    <div className="mt-2 flex flex-wrap items-center gap-2">
      <span className="text-muted">Instead:</span>
      {available > 0 && (
        <Button onClick={() => onLine({ quantity: String(available) })}>Ask for {grouped(available)}</Button>
      )}
      {earliest !== null && (
        <Button onClick={() => onLine({ neededBy: earliest })}>
          All of it, <DateText date={earliest} />
        </Button>
      )}
      {available > 0 && !line.split && (
        <Button onClick={() => onLine({ split: true })}>Take it from several batches</Button>
      )}
      {whenShort !== 'backorder' && (
        <Button onClick={() => onWhenShort('backorder')}>Let it wait for units</Button>
      )}
      {whenShort === 'refuse' && hasOthers && (
        <Button onClick={() => onWhenShort('skip')}>Order the rest without it</Button>
      )}
    </div>
  );
}
