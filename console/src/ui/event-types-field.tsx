import type { EventType } from '@earmark/client';
import { EVENT_TYPES } from '../data/event-types.js';
import { CheckField } from './field.js';

/** Which types of events: none chosen stands for all. */
export function EventTypesField({
  chosen,
  onChange,
}: {
  readonly chosen: readonly EventType[];
  readonly onChange: (types: readonly EventType[]) => void;
}) {
  return (
    <fieldset>
      <legend className="sr-only">Types of events</legend>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(12rem,1fr))] gap-x-4">
        {EVENT_TYPES.map((type) => (
          <CheckField
            key={type}
            label={type}
            checked={chosen.includes(type)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, type] : chosen.filter((each) => each !== type))
            }
          />
        ))}
      </div>
    </fieldset>
  );
}
