import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { firstLivePosition, perMinute, useFeed } from '../../data/live-feed.js';
import { grouped } from '../../ui/figures.js';
import { messageOf } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { countPerMinute, MINUTES, minuteTimes } from './minutes.js';
import { useEarlierEvents } from './use-earlier-events.js';

// After the rest of the page: what draws it is larger than the page.
const Curve = lazy(() => import('./curve.js').then(({ Curve }) => ({ default: Curve })));

/** What the curve counts. */
const SERIES = [
  { name: 'Allocated', color: '--accent', types: ['LineAllocated'] },
  { name: 'Refused', color: '--bad', types: ['OutOfStock'] },
  { name: 'Moved', color: '--info', types: ['LineReallocated'] },
] as const;

const CLOCK = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** What has happened in each of the last sixty minutes, live. */
export function Pulse() {
  const feed = useFeed();
  const { data: earlier, error } = useEarlierEvents();
  const [at, setAt] = useState<number | null>(null);
  const minute = useMinute();
  const [times, counts] = useMemo(() => {
    const first = firstLivePosition() ?? Infinity;
    const before = (earlier?.events ?? []).filter(({ position }) => position < first);
    const time = minute * 60_000;
    const sums = SERIES.map(({ types }) => {
      const live = perMinute(...types);
      return countPerMinute(before, types, time).map((count, minute) => count + live[minute]!);
    });
    return [minuteTimes(time), sums];
    // `feed.count` says that `perMinute` has new counts.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [feed.count, earlier, minute]);

  const figure = (series: number) =>
    at === null ? counts[series]!.reduce((sum, count) => sum + count, 0) : counts[series]![at]!;
  return (
    <Section
      title="Order lines per minute"
      intro={
        error
          ? `Since this page was opened; what was before could not be read: ${messageOf(error)}`
          : earlier
            ? periodText(earlier.since, minute)
            : 'The last hour is being read'
      }
    >
      <div className="flex flex-col gap-3">
        <div className="flex flex-wrap items-baseline gap-x-6 gap-y-1">
          <p className="w-20 text-muted tabular-nums">
            {at === null ? 'In all' : `At ${CLOCK.format(times[at]! * 1_000)}`}
          </p>
          <dl className="flex flex-wrap items-baseline gap-x-6 gap-y-1">
            {SERIES.map(({ name, color }, series) => (
              <div key={name} className="flex items-baseline gap-2">
                <dt className="flex items-baseline gap-2 text-muted">
                  <span
                    aria-hidden
                    className="h-0.5 w-4 self-center"
                    style={{ background: `var(${color})` }}
                  />
                  {name}
                </dt>
                <dd className="text-base font-semibold tabular-nums">{grouped(figure(series))}</dd>
              </div>
            ))}
          </dl>
        </div>
        <Suspense fallback={<div className="h-40" />}>
          <Curve
            label={`Order lines per minute in the last hour: ${SERIES.map(
              ({ name }, series) =>
                `${grouped(counts[series]!.reduce((sum, count) => sum + count, 0))} ${name.toLowerCase()}`,
            ).join(', ')}`}
            times={times}
            series={SERIES.map(({ color }, index) => ({ color, counts: counts[index]! }))}
            onPoint={setAt}
          />
        </Suspense>
      </div>
    </Section>
  );
}

/** @param since when the oldest event happened that was read; null: an hour ago */
function periodText(since: string | null, minute: number): string {
  const at = since === null ? 0 : Date.parse(since);
  if (at <= (minute - MINUTES + 1) * 60_000) return 'In the last hour';
  return `Since ${CLOCK.format(at)}: this page reads no further back`;
}

/** The minute that it is, for what has to be counted anew when it has passed. */
function useMinute(): number {
  const [minute, setMinute] = useState(() => Math.floor(Date.now() / 60_000));
  useEffect(() => {
    const timer = setInterval(() => setMinute(Math.floor(Date.now() / 60_000)), 1_000);
    return () => clearInterval(timer);
  }, []);
  return minute;
}
