import { Consequences } from '../../ui/consequences.js';
import { counted, DateText } from '../../ui/figures.js';
import { Notice, ProblemNotice } from '../../ui/notice.js';
import { isToldAtLines } from './line-outcome.js';
import type { useOrderPreview } from './order-preview.js';

interface PreviewSummaryProps {
  readonly preview: ReturnType<typeof useOrderPreview>;
  /** Whether all fields are filled in. */
  readonly isComplete: boolean;
}

/** Above the button: what the order as a whole would get, and what becomes of others. */
export function PreviewSummary({
  preview: { data, error, refetch, isCurrent },
  isComplete,
}: PreviewSummaryProps) {
  if (!isComplete)
    return (
      <p className="text-muted">
        When every line has a SKU and a quantity, it is shown here what it would get.
      </p>
    );
  if (error) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  // In the size of the answer, so that the dialog does not jump.
  if (!data || !isCurrent) return <Notice tone="neutral">Looking up what it would get …</Notice>;
  const { problem, outcomes, promisedDate, others } = data;
  if (problem)
    return (
      <Notice tone="bad" title="It would be refused now">
        {isToldAtLines(problem)
          ? 'At each line that does not fit it is said what could be had instead.'
          : problem.detail}
      </Notice>
    );
  const kinds = [...outcomes.values()].map(({ kind }) => kind);
  const short = kinds.filter((kind) => kind === 'waits' || kind === 'left-out').length;
  return (
    <>
      <Notice tone={short > 0 ? 'warn' : 'good'}>
        {kinds.every((kind) => kind === 'waits') ? (
          'All of it would wait for units.'
        ) : short === kinds.length ? (
          'Nothing of it would be promised now.'
        ) : (
          <>
            {short === 0
              ? 'All of it would be promised now'
              : `${kinds.length - short} of ${counted(kinds.length, 'line')} would be promised now`}
            {promisedDate === null ? (
              ', at once.'
            ) : (
              <>
                , the last unit <DateText date={promisedDate} />.
              </>
            )}
          </>
        )}
      </Notice>
      {others.changedLines.length > 0 && (
        <div className="flex flex-col gap-2">
          <p className="font-semibold">What it does to other orders</p>
          <Consequences of={{ data: others, error: null, refetch }} />
        </div>
      )}
    </>
  );
}
