import { useEffect, useState } from 'react';
import { TextField } from './field.js';

/** Long enough to finish a word. */
const QUIET_MS = 500;

interface FilterTextProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly placeholder?: string;
  readonly className?: string;
  /** Given what was typed once the typing pauses, at Enter, and when the field is left. */
  readonly onChange: (value: string | undefined) => void;
}

/** A text that a list is filtered by: the list is not asked for anew with every letter. */
export function FilterText({ label, value = '', placeholder, className, onChange }: FilterTextProps) {
  const [typed, setTyped] = useState(value);
  const [shown, setShown] = useState(value);
  // Changed elsewhere, e.g. by a link or the back button.
  if (value !== shown) {
    setShown(value);
    setTyped(value);
  }
  const pass = () => {
    if (typed.trim() !== value) onChange(typed.trim() || undefined);
  };
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(pass, QUIET_MS);
    return () => clearTimeout(timer);
  });
  return (
    <TextField
      label={label}
      className={className}
      placeholder={placeholder}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={pass}
      onKeyDown={(event) => event.key === 'Enter' && pass()}
    />
  );
}
