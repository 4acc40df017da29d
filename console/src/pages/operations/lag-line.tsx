import { counted } from '../../ui/figures.js';
import type { Lag } from './lag-samples.js';

const [WIDTH, HEIGHT] = [160, 24];

/** How far a subscription was behind, over time: the newest at the right. */
export function LagLine({
  samples,
  isWide = false,
}: {
  readonly samples: readonly Lag[];
  readonly isWide?: boolean;
}) {
  const most = Math.max(1, ...samples.map(({ events }) => events));
  const [begin, end] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0];
  const x = (at: number) => (end === begin ? WIDTH : ((at - begin) / (end - begin)) * WIDTH);
  const y = (events: number) => HEIGHT - 1.5 - (events / most) * (HEIGHT - 3);
  const points = samples.map(({ at, events }) => `${x(at).toFixed(1)},${y(events).toFixed(1)}`);
  const label = lagText(samples);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={isWide ? 'h-24 w-full' : 'h-6 w-32'}
    >
      <title>{label}</title>
      <polyline
        points={(points.length < 2 ? [`0,${y(0)}`, `${WIDTH},${y(0)}`] : points).join(' ')}
        fill="none"
        stroke="var(--accent)"
        strokeWidth={1.5}
        vectorEffect="non-scaling-stroke"
        opacity={points.length < 2 ? 0.3 : 1}
      />
    </svg>
  );
}

/** The highest point of the curve, which has no scale. */
export function lagText(samples: readonly Lag[]): string {
  if (samples.length < 2) return 'No samples yet.';
  const minutes = Math.ceil((samples.at(-1)!.at - samples[0]!.at) / 60_000);
  return `At most ${counted(Math.max(...samples.map(({ events }) => events)), 'event')} behind in the last ${counted(minutes, 'minute')}.`;
}
