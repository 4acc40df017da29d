import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useId, useState, type KeyboardEvent } from 'react';
import { apiQuery } from '../data/api-query.js';
import { codesThatBeginWith } from '../data/code-prefix.js';
import { earmark } from '../data/earmark.js';
import { classes } from './classes.js';
import { TextField } from './field.js';

const MOST_SUGGESTED = 8;

interface SkuFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (sku: string) => void;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly isHidden?: boolean;
  readonly required?: boolean;
  readonly autoFocus?: boolean;
  readonly className?: string;
}

/** A text field for a SKU that suggests those that begin with what is typed. Any other text can be typed as well. */
export function SkuField({ value, onChange, className, ...rest }: SkuFieldProps) {
  const listId = useId();
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const text = useDeferredValue(value.trim());
  const { data: skus = [] } = useQuery({
    ...apiQuery('products.suggest', { text }, (signal) => suggest(text, signal), { isLive: false }),
    enabled: isOpen && text !== '',
  });
  const isShown = isOpen && text !== '' && skus.length > 0 && !(skus.length === 1 && skus[0] === text);

  const choose = (sku: string) => {
    onChange(sku);
    setOpen(false);
    setAt(-1);
  };
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      setOpen(true);
      if (isShown) setAt(at < 0 && step < 0 ? skus.length - 1 : (at + step + skus.length) % skus.length);
    } else if (isShown && event.key === 'Enter' && at >= 0) choose(skus[Math.min(at, skus.length - 1)]!);
    // Escape closes the suggestions before it closes the dialog that the field is in.
    else if (isShown && event.key === 'Escape') setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={classes('relative', className)}>
      <TextField
        {...rest}
        value={value}
        role="combobox"
        aria-expanded={isShown}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={isShown && at >= 0 ? `${listId}-${at}` : undefined}
        spellCheck={false}
        onChange={(event) => {
          onChange(event.target.value);
          setOpen(true);
          setAt(-1);
        }}
        onKeyDown={press}
        onBlur={() => setOpen(false)}
      />
      <ul
        id={listId}
        role="listbox"
        aria-label="SKUs that begin like this"
        hidden={!isShown}
        className="absolute top-full left-0 z-20 mt-1 max-h-64 min-w-full overflow-y-auto rounded-md border border-edge-strong bg-surface py-1 shadow-xl"
      >
        {isShown &&
          skus.map((sku, index) => (
            <li
              key={sku}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === at}
              // The field keeps the focus, which would otherwise close the list before the click.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(sku)}
              className={classes(
                'cursor-pointer px-3 py-1 whitespace-nowrap hover:bg-sunken',
                index === at && 'bg-accent-soft',
              )}
            >
              {sku}
            </li>
          ))}
      </ul>
    </div>
  );
}

const suggest = async (text: string, signal: AbortSignal) => ({
  data: await codesThatBeginWith(text, MOST_SUGGESTED, async (query) => {
    const { data } = await earmark.products.list({ query, signal });
    return data.items.map(({ sku }) => sku);
  }),
});
