import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { classes } from './classes.js';
import { moveFocusToHeading } from './page-focus.js';

interface PageProps {
  readonly title: string;
  /** The line above the title: where the page belongs. */
  readonly above?: ReactNode;
  /** Beside the title, e.g. a state. */
  readonly beside?: ReactNode;
  readonly actions?: ReactNode;
  readonly intro?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, above, beside, actions, intro, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // Before the focus moves to the heading: screen readers may read out both.
  useLayoutEffect(() => {
    document.title = `${title} · Earmark`;
  }, [title]);
  useLayoutEffect(() => moveFocusToHeading(heading.current!), []);
  return (
    <div className="mx-auto flex w-full max-w-7xl flex-col gap-5 px-4 py-5 sm:px-6">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          {above !== undefined && <div className="mb-1 text-muted">{above}</div>}
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold wrap-anywhere">
              {title}
            </h1>
            {beside}
          </div>
          {intro !== undefined && <p className="mt-1 max-w-prose text-muted">{intro}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly intro?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Without the padding around the content, for a table that reaches the edges. */
  readonly isFlush?: boolean;
}

export function Section({ title, intro, actions, children, isFlush = false }: SectionProps) {
  return (
    <section aria-label={title} className="min-w-0 rounded-lg border border-edge bg-surface">
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3">
        <div>
          <h2 className="text-base font-semibold">{title}</h2>
          {intro !== undefined && <p className="text-muted">{intro}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      <div className={classes('pt-3 pb-4', !isFlush && 'px-4')}>{children}</div>
    </section>
  );
}

/** Figures side by side, each under its name. */
export function Tiles({ children }: { readonly children: ReactNode }) {
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-[repeat(auto-fit,minmax(9.5rem,1fr))]">{children}</dl>
  );
}

export function Tile({
  name,
  note,
  children,
}: {
  readonly name: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className="rounded-lg border border-edge bg-surface px-4 py-3">
      <dt className="text-muted">{name}</dt>
      <dd className="text-xl font-semibold tabular-nums [&_time]:whitespace-normal">{children}</dd>
      {note !== undefined && <dd className="text-xs text-muted">{note}</dd>}
    </div>
  );
}

/** Names and values of one thing, below each other. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1.5">{children}</dl>;
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
