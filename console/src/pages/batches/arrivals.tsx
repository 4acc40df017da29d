import type { BatchBody } from '@earmark/client';
import { arrivalsOf, type Arrival } from '../../data/arrivals.js';
import { counted, grouped } from '../../ui/figures.js';

/** Units to come by date as columns: what is promised of them, and what is free. */
export function ArrivalsChart({ of: batches }: { readonly of: readonly BatchBody[] }) {
  const { by, items } = arrivalsOf(batches);
  if (items.length === 0) return <p className="text-muted">Nothing is inbound.</p>;
  const most = Math.max(...items.map(({ units }) => units));
  return (
    <>
      <div role="group" aria-label="Arrivals" tabIndex={0} className="overflow-x-auto">
        <ol className="flex h-40 items-stretch gap-1 pt-1">
          {items.map((arrival) => (
            <Column key={arrival.date ?? 'overdue'} of={arrival} most={most} by={by} />
          ))}
        </ol>
      </div>
      <ul className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        {LEGEND.map(([name, color]) => (
          <li key={name} className="inline-flex items-center gap-1.5">
            <span aria-hidden className="size-2.5 rounded-xs" style={{ background: color }} />
            {name}
          </li>
        ))}
      </ul>
    </>
  );
}

const LEGEND = [
  ['promised', 'var(--bar-claimed)'],
  ['free', 'var(--bar-inbound)'],
  ['overdue', 'var(--bar-short)'],
] as const;

interface ColumnProps {
  readonly of: Arrival;
  readonly most: number;
  readonly by: 'day' | 'week';
}

function Column({ of: { date, units, free, batches }, most, by }: ColumnProps) {
  const height = (of: number) => ({ height: `${(100 * of) / most}%` });
  const when = date === null ? 'Overdue' : `${by === 'week' ? 'From ' : ''}${date}`;
  return (
    <li
      title={`${when}: ${counted(units, 'unit')} in ${counted(batches, 'batch', 'batches')}, ${counted(free, 'unit')} of them free`}
      className="flex max-w-28 min-w-10 flex-1 flex-col gap-1"
    >
      <div className="flex min-h-0 flex-1 flex-col justify-end">
        <span className="pb-0.5 text-center text-xs tabular-nums">{units > 0 && grouped(units)}</span>
        <span
          className="rounded-t-xs"
          style={{ ...height(free), background: date === null ? 'var(--bar-short)' : 'var(--bar-inbound)' }}
        />
        <span
          style={{
            ...height(units - free),
            background: date === null ? 'var(--bar-short)' : 'var(--bar-claimed)',
          }}
        />
      </div>
      <span className="truncate border-t border-edge-strong pt-1 text-center text-xs text-muted">
        {date === null ? 'overdue' : <DayLabel date={date} />}
      </span>
    </li>
  );
}

const SHORT = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });

const DayLabel = ({ date }: { readonly date: string }) => (
  <time dateTime={date}>{SHORT.format(Date.parse(`${date}T00:00:00Z`))}</time>
);
