import type { ComponentPropsWithRef } from 'react';
import { classes } from './classes.js';

type Kind = 'primary' | 'plain' | 'quiet' | 'danger';

const LOOKS: Readonly<Record<Kind, string>> = {
  primary: 'bg-accent text-on-accent border-transparent hover:brightness-110',
  plain: 'bg-surface text-text border-edge-strong hover:bg-sunken',
  quiet: 'bg-transparent text-muted border-transparent hover:bg-sunken hover:text-text',
  danger: 'bg-surface text-bad border-bad hover:bg-bad-soft',
};

export const buttonLook = (kind: Kind = 'plain', className?: string): string =>
  classes(
    'inline-flex min-h-8 items-center justify-center gap-1.5 rounded-md border px-3 py-1 font-medium whitespace-nowrap',
    'disabled:cursor-not-allowed disabled:opacity-55',
    'aria-disabled:cursor-not-allowed aria-disabled:opacity-55',
    LOOKS[kind],
    className,
  );

interface Props extends ComponentPropsWithRef<'button'> {
  readonly kind?: Kind;
  /** The action is under way: the button says so and cannot be pressed again. It keeps the focus, which a disabled one loses. */
  readonly isBusy?: boolean;
}

export function Button({
  kind = 'plain',
  isBusy = false,
  type = 'button',
  onClick,
  className,
  children,
  ...rest
}: Props) {
  return (
    <button
      {...rest}
      type={type}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      // Of a form, it is pressed by Enter in a field, too.
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      className={buttonLook(kind, className)}
    >
      {children}
      {isBusy && <span aria-hidden>…</span>}
    </button>
  );
}
