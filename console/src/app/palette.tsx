import { EarmarkProblem } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useId, useState, type KeyboardEvent } from 'react';
import { apiQuery } from '../data/api-query.js';
import { codesThatBeginWith } from '../data/code-prefix.js';
import { earmark } from '../data/earmark.js';
import { useAllows } from '../data/session.js';
import { classes } from '../ui/classes.js';
import { Dialog } from '../ui/dialog.js';
import { messageOf } from '../ui/notice.js';
import { PLACES } from './places.js';

interface Choice {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly go: () => unknown;
}

interface Found {
  readonly products: readonly string[];
  readonly batches: readonly string[];
  readonly order: string | null;
}

const MOST_OF_A_KIND = 6;

async function findCodes(text: string, signal: AbortSignal): Promise<{ data: Found }> {
  const [products, batches, order] = await Promise.all([
    codesThatBeginWith(text, MOST_OF_A_KIND, async (query) => {
      const page = await unlessNone(earmark.products.list({ query, signal }));
      return page?.data.items.map(({ sku }) => sku) ?? [];
    }),
    codesThatBeginWith(text, MOST_OF_A_KIND, async (query) => {
      const page = await unlessNone(earmark.batches.list({ query, signal }));
      return page?.data.items.map(({ reference }) => reference) ?? [];
    }),
    unlessNone(earmark.orders.find({ path: { orderId: text }, signal })),
  ]);
  return { data: { products, batches, order: order?.data.orderId ?? null } };
}

/** Null if there is no such code, or the text cannot be one. */
const unlessNone = <Result,>(call: Promise<Result>): Promise<Result | null> =>
  call.catch((error: unknown) => {
    if (error instanceof EarmarkProblem && [400, 404].includes(error.status)) return null;
    throw error;
  });

/** Finds SKUs, batches, orders and pages by what is typed. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog isOpen title="Search" onClose={onClose}>
      <Search onClose={onClose} />
    </Dialog>
  );
}

function Search({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const mayPlace = useAllows()('orders:write');
  const listId = useId();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const text = useDeferredValue(typed.trim());
  const { data: found, error } = useQuery({
    ...apiQuery('palette', { text }, (signal) => findCodes(text, signal), { isLive: false }),
    enabled: text !== '',
  });

  const choices: readonly Choice[] = [
    ...(found?.order
      ? [
          choice('Order', found.order, () =>
            navigate({ to: '/orders/$orderId', params: { orderId: found.order! } }),
          ),
        ]
      : []),
    ...(found?.products ?? []).map((sku) =>
      choice('Product', sku, () => navigate({ to: '/products/$sku', params: { sku } })),
    ),
    ...(found?.batches ?? []).map((reference) =>
      choice('Batch', reference, () => navigate({ to: '/batches/$reference', params: { reference } })),
    ),
    ...PLACES.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase())).map(({ name, to }) =>
      choice('Page', name, () => navigate({ to })),
    ),
    ...(mayPlace && 'place an order'.includes(text.toLowerCase())
      ? [choice('Action', 'Place an order', () => navigate({ to: '/orders', search: { place: 'order' } }))]
      : []),
  ];
  const current = Math.min(at, choices.length - 1);

  const choose = (chosen: Choice | undefined) => {
    if (!chosen) return;
    onClose();
    void chosen.go();
  };
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setAt((current + step + choices.length) % Math.max(choices.length, 1));
    else if (event.key === 'Enter') choose(choices[current]);
    else return;
    event.preventDefault();
  };

  return (
    <div className="flex flex-col gap-2">
      <input
        autoFocus
        role="combobox"
        aria-label="A SKU, a batch, an order or a page"
        aria-expanded={choices.length > 0}
        aria-controls={listId}
        aria-activedescendant={choices[current] && `${listId}-${current}`}
        placeholder="A SKU, a batch, an order or a page"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
        className="min-h-9 rounded-md border border-edge-strong bg-surface px-3"
      />
      {error && (
        <p role="alert" className="text-bad">
          {messageOf(error)}
        </p>
      )}
      <p role="status" className="text-muted empty:hidden">
        {choices.length === 0 &&
          found !== undefined &&
          'No SKU, batch or page begins with it, and no order has this id.'}
      </p>
      <ul
        id={listId}
        role="listbox"
        aria-label="What was found"
        hidden={choices.length === 0}
        className="max-h-80 overflow-y-auto"
      >
        {choices.map((each, index) => (
          <li
            key={each.id}
            id={`${listId}-${index}`}
            ref={index === current ? toSight : undefined}
            role="option"
            aria-selected={index === current}
            onClick={() => choose(each)}
            className={classes(
              'flex cursor-pointer items-center justify-between gap-3 rounded px-3 py-1.5',
              index === current && 'bg-accent-soft',
            )}
          >
            <span className="min-w-0 wrap-anywhere">{each.name}</span>
            <span className="text-xs text-muted">{each.kind}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The focus stays in the field, so that the list does not follow it by itself. */
const toSight = (option: HTMLElement | null) => option?.scrollIntoView({ block: 'nearest' });

const choice = (kind: string, name: string, go: () => unknown): Choice => ({
  id: `${kind} ${name}`,
  kind,
  name,
  go,
});
