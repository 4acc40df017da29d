import { grouped } from './figures.js';

interface Part {
  readonly name: string;
  readonly units: number;
  readonly color: string;
}

interface StockBarProps {
  /** Units that are promised. */
  readonly claimed: number;
  /** Units of these that are only held. */
  readonly held?: number;
  /** Units on hand that nobody has. */
  readonly free: number;
  /** Units to come that nobody has. */
  readonly inbound?: number;
  /** Units that are waited for. */
  readonly short?: number;
  /** The units that the whole width stands for, so that bars below each other compare. */
  readonly of?: number;
}

/** Units as lengths: what is promised, held, free, to come and missing. */
export function StockBar({ claimed, held = 0, free, inbound = 0, short = 0, of }: StockBarProps) {
  const parts: readonly Part[] = [
    { name: 'promised', units: claimed - held, color: 'var(--bar-claimed)' },
    { name: 'held', units: held, color: 'var(--bar-held)' },
    { name: 'free on hand', units: free, color: 'var(--bar-free)' },
    { name: 'free inbound', units: inbound, color: 'var(--bar-inbound)' },
    { name: 'waited for', units: short, color: 'var(--bar-short)' },
  ].filter(({ units }) => units > 0);
  const total = Math.max(
    of ?? 0,
    parts.reduce((sum, { units }) => sum + units, 0),
    1,
  );
  const label = parts.map(({ name, units }) => `${grouped(units)} ${name}`).join(', ') || 'no units';
  return (
    <div
      role="img"
      aria-label={label}
      title={label}
      className="my-1 flex h-3 min-w-24 overflow-hidden rounded-sm bg-sunken"
    >
      {parts.map(({ name, units, color }) => (
        <span key={name} style={{ width: `${(100 * units) / total}%`, background: color }} />
      ))}
    </div>
  );
}

const LEGEND = [
  ['promised', 'var(--bar-claimed)'],
  ['held', 'var(--bar-held)'],
  ['free on hand', 'var(--bar-free)'],
  ['free inbound', 'var(--bar-inbound)'],
  ['waited for', 'var(--bar-short)'],
] as const;

/** What the colours mean: all of them, or those that the bars nearby can have. */
export function StockLegend({ names }: { readonly names?: readonly (typeof LEGEND)[number][0][] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
      {LEGEND.filter(([name]) => names?.includes(name) ?? true).map(([name, color]) => (
        <li key={name} className="inline-flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-xs" style={{ background: color }} />
          {name}
        </li>
      ))}
    </ul>
  );
}
