import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { classes } from './classes.js';
import { counted, grouped } from './numbers.js';

export { counted, grouped };

export function Figure({
  value,
  tone,
}: {
  readonly value: number;
  readonly tone?: 'bad' | 'muted' | undefined;
}) {
  return (
    <span
      className={classes(
        'tabular-nums',
        tone === 'bad' && 'font-semibold text-bad',
        tone === 'muted' && 'text-muted',
      )}
    >
      {grouped(value)}
    </span>
  );
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const DATE = new Intl.DateTimeFormat('en', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const FULL_DATE = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeZone: 'UTC' });
const FULL_TIME = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long' });
/** Dates nearer than this are told in words. */
const NEAR_DAYS = 14;

const dayOf = (time: number): number => {
  const at = new Date(time);
  return Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
};

/** What a date says when it is null: `on hand`, `never`, … */
interface DateProps {
  /** `2027-01-31`, without a time of day. */
  readonly date: string | null | undefined;
  readonly whenNone?: ReactNode;
}

/** A date as it stands in a sentence: `by 31 Jan 2027`. */
export const dayInWords = (date: string): string => DATE.format(Date.parse(`${date}T00:00:00Z`));

/** A date, in words if it is near, with the whole date on hover. */
export function DateText({ date, whenNone = '–' }: DateProps) {
  const now = useContext(Now);
  if (date === null || date === undefined)
    return <span className="whitespace-nowrap text-muted">{whenNone}</span>;
  const at = Date.parse(`${date}T00:00:00Z`);
  const days = Math.round((at - dayOf(now)) / DAY_MS);
  const isNear = Math.abs(days) <= NEAR_DAYS;
  return (
    <time dateTime={date} title={`${FULL_DATE.format(at)} (${date})`} className="whitespace-nowrap">
      {isNear ? RELATIVE.format(days, 'day') : dayInWords(date)}
    </time>
  );
}

const TICK_MS = 10_000;

/** Ticks once in a while for all times on the page. */
const Now = createContext(Date.now());

export function NowProvider({ children }: { readonly children: ReactNode }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return <Now value={now}>{children}</Now>;
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', NEAR_DAYS],
];

function inWords(at: number, now: number): string {
  let amount = (at - now) / 1_000;
  // The clock of the page ticks now and then, so what has just happened seems to be a little ahead.
  if (amount > -5 && amount < TICK_MS / 1_000 + 2) return 'now';
  for (const [unit, most] of UNITS) {
    const whole = Math.round(amount);
    if (Math.abs(whole) < most) return RELATIVE.format(whole, unit);
    amount /= most;
  }
  return DATE.format(at);
}

/** A moment, in words if it is near, with the whole time and its zone on hover. */
export function TimeText({
  time,
  whenNone = '–',
}: {
  readonly time: string | null | undefined;
  readonly whenNone?: ReactNode;
}) {
  const now = useContext(Now);
  if (time === null || time === undefined) return <span className="text-muted">{whenNone}</span>;
  const at = Date.parse(time);
  return (
    <time dateTime={time} title={FULL_TIME.format(at)} className="whitespace-nowrap">
      {inWords(at, now)}
    </time>
  );
}
