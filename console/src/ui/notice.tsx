import { EarmarkConnectionError, EarmarkProblem } from '@earmark/client';
import type { ReactNode } from 'react';
import { Button } from './button.js';
import { classes } from './classes.js';
import type { Tone } from './badge.js';

const EDGES: Readonly<Record<Tone, string>> = {
  neutral: 'border-edge bg-surface',
  good: 'border-good bg-good-soft',
  warn: 'border-warn bg-warn-soft',
  bad: 'border-bad bg-bad-soft',
  info: 'border-info bg-info-soft',
  accent: 'border-accent bg-accent-soft',
};

/** Something that the reader should know before they go on. */
export function Notice({
  tone = 'info',
  title,
  children,
}: {
  readonly tone?: Tone;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={classes('rounded-md border px-4 py-3', EDGES[tone])}
    >
      {title !== undefined && <p className="font-semibold">{title}</p>}
      {children}
    </div>
  );
}

/** A failed call: what the service says of it, and where to read more. */
export function ProblemNotice({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
}) {
  const refusal = error instanceof EarmarkProblem ? error : null;
  return (
    <Notice
      tone="bad"
      title={
        refusal?.problem.title ??
        (error instanceof EarmarkConnectionError ? 'The service cannot be reached' : 'That did not work')
      }
    >
      <p>{messageOf(error)}</p>
      <div className="mt-2 flex flex-wrap items-center gap-3">
        {onRetry && <Button onClick={onRetry}>Try again</Button>}
        {refusal && (
          <a className="underline" href={`/problems/${refusal.code}`} target="_blank" rel="noreferrer">
            What does this mean?
          </a>
        )}
      </div>
    </Notice>
  );
}

/** What went wrong, in a sentence for a person. */
export function messageOf(error: unknown): string {
  if (error instanceof EarmarkProblem) return error.problem.detail ?? error.problem.title;
  if (error instanceof EarmarkConnectionError) return 'There was no answer. Is the service running?';
  return error instanceof Error ? error.message : String(error);
}

export const isForbidden = (error: unknown): boolean =>
  error instanceof EarmarkProblem && error.status === 403;
/** Nothing has that name, or nothing can have it: an address may have been cut off or typed wrongly. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof EarmarkProblem && [400, 404].includes(error.status);

/** What a page shows when there is nothing yet: why, and what to do next. */
export function Empty({
  title,
  children,
  action,
}: {
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-lg border border-dashed border-edge-strong px-6 py-10 text-center">
      <p className="text-base font-semibold">{title}</p>
      {children !== undefined && <div className="max-w-prose text-muted">{children}</div>}
      {action !== undefined && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

/** Stands for what is being loaded, in about its size, so that the page does not jump. */
export function Loading({ rows = 6 }: { readonly rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-2">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="h-8 animate-pulse rounded bg-sunken" />
      ))}
    </div>
  );
}

interface Asked<Data> {
  readonly data: Data | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

interface AnswerProps<Data> {
  readonly of: Asked<Data>;
  readonly children: (data: Data) => ReactNode;
  readonly rows?: number;
  readonly whenNotFound?: ReactNode;
}

/** What a query has answered, or that it loads, has failed, found nothing, or is not allowed (any more). */
export function Answer<Data>({
  of: { data, error, refetch },
  children,
  rows,
  whenNotFound,
}: AnswerProps<Data>) {
  if (error && isForbidden(error))
    return (
      <Empty title="You may not see this">
        The key or account with which you are signed in lacks the scope for it. Ask an operator for one that
        has it.
      </Empty>
    );
  if (error && whenNotFound !== undefined && isNotFound(error)) return whenNotFound;
  if (data === undefined && error) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading {...(rows !== undefined && { rows })} />;
  return (
    <>
      {error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {children(data)}
    </>
  );
}
