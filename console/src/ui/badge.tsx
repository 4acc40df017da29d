import type { ReactNode } from 'react';
import { classes } from './classes.js';

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'info' | 'accent';

const LOOKS: Readonly<Record<Tone, string>> = {
  neutral: 'bg-sunken text-muted',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  accent: 'bg-accent-soft text-accent-text',
};

/** A state in one or two words. The word says it; the colour only helps to find it. */
export function Badge({
  tone = 'neutral',
  children,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
}) {
  return (
    <span
      className={classes(
        'inline-flex items-center rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap',
        LOOKS[tone],
      )}
    >
      {children}
    </span>
  );
}
