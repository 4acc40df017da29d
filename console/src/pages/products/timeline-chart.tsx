import type { TimelineRowBody } from '@earmark/client';
import { useRef } from 'react';
import { counted, grouped } from '../../ui/figures.js';
import { useWidth } from '../../ui/use-width.js';
import { stepsOf } from './timeline-steps.js';

const HEIGHT = 190;
const LEFT = 44;
const BOTTOM = 24;
const TOP = 14;
/** The width of what comes on a day. */
const BAR = 8;

const SHORT = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });
/** `205K`: the axis has no room for more. */
const SHORT_NUMBER = new Intl.NumberFormat('en', { notation: 'compact' });
const labelOf = (date: string | null): string =>
  date === null ? 'today' : SHORT.format(Date.parse(`${date}T00:00:00Z`));

/** What can be promised by each day as a staircase; behind it, what comes on the days themselves. */
export function TimelineChart({ of: rows }: { readonly of: readonly TimelineRowBody[] }) {
  const frame = useRef<HTMLElement>(null);
  const width = useWidth(frame, 640);
  const { steps, overdue, most, lastDay } = stepsOf(rows);
  const right = width - 8;
  const height = HEIGHT - TOP - BOTTOM;
  const x = (day: number) => LEFT + ((right - LEFT) * day) / Math.max(lastDay, 1);
  const y = (units: number) => TOP + height * (1 - units / Math.max(most, 1));
  const last = steps.at(-1);
  if (!last) return null;
  const line = steps
    .map(
      ({ day, cumulative }, index) =>
        `${index === 0 ? 'M' : 'H'}${x(day)}${index === 0 ? ',' : 'V'}${y(cumulative)}`,
    )
    .join('');
  const stairs = `${line}H${right}`;
  const summary = steps
    .map(({ date, cumulative }) => `${labelOf(date)}: ${counted(cumulative, 'unit')} can be promised`)
    .join('; ');
  return (
    <figure ref={frame} className="min-w-0">
      {/* Until it is drawn anew in a window that has become narrower, it must not widen the page. */}
      <svg
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="img"
        aria-label={summary}
        className="w-full"
        height={HEIGHT}
      >
        {/* One unit has no half. */}
        {[...new Set([0, Math.ceil(most / 2), most])].map((units) => (
          <g key={units}>
            <line x1={LEFT} x2={right} y1={y(units)} y2={y(units)} stroke="var(--edge)" />
            <text x={LEFT - 8} y={y(units) + 4} textAnchor="end" fontSize="11" fill="var(--muted)">
              {SHORT_NUMBER.format(units)}
            </text>
          </g>
        ))}
        {steps.map(({ day, date, receipts, claims }) => {
          if (receipts === 0) return null;
          const at = Math.min(Math.max(x(day), LEFT + 1), right - BAR);
          return (
            // What comes today stands where the stock on hand does.
            <g key={date}>
              <title>{`${labelOf(date)}: ${counted(receipts, 'unit')} ${date === null ? 'on hand' : receipts === 1 ? 'comes' : 'come'}, ${grouped(claims)} of them promised`}</title>
              <rect x={at} width={BAR} y={y(receipts)} height={y(0) - y(receipts)} fill="var(--bar-free)" />
              <rect x={at} width={BAR} y={y(claims)} height={y(0) - y(claims)} fill="var(--bar-claimed)" />
            </g>
          );
        })}
        <path d={`${stairs}V${y(0)}H${LEFT}Z`} fill="var(--info)" opacity="0.12" />
        <path d={stairs} fill="none" stroke="var(--info)" strokeWidth="2" />
        {labelled(steps, x).map(({ day, date }) => (
          <text
            key={day}
            x={x(day)}
            y={HEIGHT - 6}
            fontSize="11"
            fill="var(--muted)"
            textAnchor={day === 0 ? 'start' : x(day) > width - 60 ? 'end' : 'middle'}
          >
            {labelOf(date)}
          </text>
        ))}
      </svg>
      <figcaption className="mt-1 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        {LEGEND.map(([name, color]) => (
          <span key={name} className="inline-flex items-center gap-1.5">
            <span aria-hidden className="size-2.5 rounded-xs" style={{ background: color }} />
            {name}
          </span>
        ))}
        {overdue && (
          <span className="font-medium text-bad">
            {counted(overdue.receipts, 'unit')} {overdue.receipts === 1 ? 'is' : 'are'} overdue,{' '}
            {grouped(overdue.claims)} of them promised
          </span>
        )}
      </figcaption>
    </figure>
  );
}

const LEGEND = [
  ['can be promised by then', 'var(--info)'],
  ['comes that day, promised', 'var(--bar-claimed)'],
  ['comes that day, free', 'var(--bar-free)'],
] as const;

/** The days that have room for their label. */
function labelled<Step extends { readonly day: number }>(
  steps: readonly Step[],
  x: (day: number) => number,
): readonly Step[] {
  const kept: Step[] = [];
  for (const step of steps) {
    const before = kept.at(-1);
    if (!before || x(step.day) - x(before.day) > 52) kept.push(step);
  }
  return kept;
}
