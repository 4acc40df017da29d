interface Props {
  readonly label: string;
  /** From 0 to 1. */
  readonly part: number;
}

/** How much of something is done. */
export function ProgressBar({ label, part }: Props) {
  const percent = Math.round(100 * Math.min(part, 1));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className="h-2 w-full overflow-hidden rounded-full bg-edge"
    >
      <div className="h-full rounded-full bg-accent" style={{ width: `${percent}%` }} />
    </div>
  );
}
