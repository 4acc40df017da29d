import { TextField } from './field.js';
import { useTypedText } from './use-applied-text.js';

interface FilterTextProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly className?: string;
  /** Given what was typed once the typing pauses, at Enter, and when the field is left. */
  readonly onChange: (value: string | undefined) => void;
}

/** A text that a list is filtered by: the list is not asked for anew with every letter. */
export function FilterText({ label, value = '', className, onChange }: FilterTextProps) {
  const typed = useTypedText(value, (text) => onChange(text || undefined));
  return (
    <TextField
      label={label}
      className={className}
      value={typed.value}
      onChange={({ target }) => typed.onChange(target.value)}
      onBlur={typed.applyNow}
      onKeyDown={({ key }) => key === 'Enter' && typed.applyNow()}
    />
  );
}
