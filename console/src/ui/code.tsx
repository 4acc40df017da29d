import { classes } from './classes.js';

/** Text as a machine wrote or reads it, e.g. JSON. It scrolls in its own region. */
export function Code({
  label,
  children,
  className,
}: {
  readonly label: string;
  readonly children: string;
  readonly className?: string;
}) {
  return (
    <pre
      role="group"
      aria-label={label}
      tabIndex={0}
      className={classes(
        'max-h-80 overflow-auto rounded-md border border-edge bg-sunken p-3 font-mono text-xs whitespace-pre-wrap break-words',
        className,
      )}
    >
      {children}
    </pre>
  );
}
