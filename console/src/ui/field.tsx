import {
  useId,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from 'react';
import { classes } from './classes.js';

const CONTROL =
  'w-full rounded-md border border-edge-strong bg-surface px-2.5 py-1 text-text placeholder:text-muted aria-invalid:border-bad';

const ONE_LINE = `${CONTROL} h-8`;

interface FieldProps {
  readonly label: string;
  /** What the field expects, e.g. a unit. */
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly isHidden?: boolean | undefined;
  readonly className?: string | undefined;
}

function Field({
  label,
  hint,
  error,
  isHidden,
  className,
  children,
}: FieldProps & { readonly children: (ids: ControlIds) => ReactNode }) {
  const id = useId();
  const notes = `${id}-notes`;
  const hasNotes = hint !== undefined || error !== undefined;
  return (
    <div className={classes('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className={classes('font-medium', isHidden && 'sr-only')}>
        {label}
      </label>
      {children({
        id,
        ...(hasNotes && { 'aria-describedby': notes }),
        ...(error !== undefined && { 'aria-invalid': true }),
      })}
      {hasNotes && (
        <p
          id={notes}
          className={classes('text-xs', error === undefined ? 'text-muted' : 'font-medium text-bad')}
        >
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

interface ControlIds {
  readonly id: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
}

export function TextField({
  label,
  hint,
  error,
  isHidden,
  className,
  ...rest
}: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Field {...{ label, hint, error, isHidden, className }}>
      {(ids) => <input type="text" autoComplete="off" {...rest} {...ids} className={ONE_LINE} />}
    </Field>
  );
}

/** For a text of several lines. */
export function TextAreaField({
  label,
  hint,
  error,
  isHidden,
  className,
  ...rest
}: FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Field {...{ label, hint, error, isHidden, className }}>
      {(ids) => <textarea {...rest} {...ids} className={CONTROL} />}
    </Field>
  );
}

export function SelectField({
  label,
  hint,
  error,
  isHidden,
  className,
  children,
  ...rest
}: FieldProps & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Field {...{ label, hint, error, isHidden, className }}>
      {(ids) => (
        <select {...rest} {...ids} className={ONE_LINE}>
          {children}
        </select>
      )}
    </Field>
  );
}

export function CheckField({
  label,
  ...rest
}: { readonly label: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label className="col-span-full inline-flex min-h-6 items-center gap-2">
      <input type="checkbox" {...rest} className="size-4 accent-accent" />
      {label}
    </label>
  );
}

/** The filters above a table: side by side, in two columns if there is little room. */
export function Filters({ children }: { readonly children: ReactNode }) {
  return (
    <form
      role="search"
      className="grid grid-cols-2 items-end gap-3 max-sm:*:w-full sm:flex sm:flex-wrap"
      onSubmit={(event) => event.preventDefault()}
    >
      {children}
    </form>
  );
}
