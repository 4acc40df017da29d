import type { EventType } from '@earmark/client';
import { EVENT_TYPES } from '../../data/event-types.js';
import { EventTypesField } from '../../ui/event-types-field.js';
import { Filters } from '../../ui/field.js';
import { FilterText } from '../../ui/filter-text.js';
import { buttonLook } from '../../ui/button.js';
import type { EventFilter } from './event-tail.js';

interface EventSearch {
  readonly types?: string | undefined;
  readonly sku?: string | undefined;
  readonly orderId?: string | undefined;
}

/** What the address asks for; types that this console does not know are left out, as the service would refuse them. */
export function filterOf({ types, sku, orderId }: EventSearch): EventFilter {
  const asked = types?.split(',') ?? [];
  const known = EVENT_TYPES.filter((type) => asked.includes(type));
  return {
    ...(known.length > 0 && { types: known }),
    ...(sku !== undefined && { sku }),
    ...(orderId !== undefined && { orderId }),
  };
}

export function EventFilters({
  filter,
  onChange,
}: {
  readonly filter: EventFilter;
  readonly onChange: (change: EventSearch) => void;
}) {
  const types: readonly EventType[] = filter.types ?? [];
  return (
    <Filters>
      <details
        className="relative flex flex-col"
        onKeyDown={({ key, currentTarget: list }) => {
          if (key !== 'Escape' || !list.open) return;
          list.open = false;
          list.querySelector('summary')!.focus();
        }}
      >
        <summary className="flex flex-col gap-1">
          <span className="font-medium">Type</span>
          <span className={buttonLook('plain')}>
            {types.length === 0 ? 'All types' : types.length === 1 ? types[0] : `${types.length} types`}
            <span aria-hidden>▾</span>
          </span>
        </summary>
        <div className="absolute z-20 mt-1 max-h-96 w-[28rem] max-w-[calc(100vw-2rem)] overflow-y-auto rounded-lg border border-edge-strong bg-surface p-3 shadow-xl">
          <EventTypesField
            chosen={types}
            onChange={(chosen) => onChange({ types: chosen.join(',') || undefined })}
          />
        </div>
      </details>
      <FilterText label="SKU" className="w-48" value={filter.sku} onChange={(sku) => onChange({ sku })} />
      <FilterText
        label="Order"
        className="w-48"
        value={filter.orderId}
        onChange={(orderId) => onChange({ orderId })}
      />
    </Filters>
  );
}
