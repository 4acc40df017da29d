import { Button } from '../../ui/button.js';
import { SelectField, TextField } from '../../ui/field.js';
import { STRATEGIES, type DraftSegment, type SegmentErrors, type Strategy } from './segments.js';

interface SegmentFieldsProps {
  readonly draft: DraftSegment;
  readonly index: number;
  readonly errors: SegmentErrors;
  readonly isOnly: boolean;
  readonly onChange: (draft: DraftSegment) => void;
  readonly onRemove: () => void;
}

const STATES = { '': 'Any', allocated: 'Has units', backordered: 'Waits' } as const;

export function SegmentFields({ draft, index, errors, isOnly, onChange, onRemove }: SegmentFieldsProps) {
  const set = (change: Partial<DraftSegment>) => onChange({ ...draft, ...change });
  const priorityError = errors[`segments.${index}.priority`];
  return (
    <li aria-label={`Segment ${index + 1}`} className="rounded-md border border-edge bg-ground p-3">
      <div className="flex items-start justify-between gap-3">
        <SelectField
          className="grow"
          label={`${index + 1}. What is done with its lines`}
          value={draft.strategy}
          onChange={({ target }) => set({ strategy: target.value as Strategy })}
          hint={STRATEGIES[draft.strategy]}
        >
          {Object.keys(STRATEGIES).map((strategy) => (
            <option key={strategy} value={strategy}>
              {strategy}
            </option>
          ))}
        </SelectField>
        <Button
          kind="quiet"
          className="mt-6 px-2"
          aria-label={`Remove segment ${index + 1}`}
          disabled={isOnly}
          onClick={onRemove}
        >
          ✕
        </Button>
      </div>
      <div className="mt-3 grid grid-cols-2 items-start gap-3 sm:grid-cols-4">
        <TextField
          label="Channel"
          placeholder="Any"
          value={draft.channel}
          onChange={({ target }) => set({ channel: target.value })}
        />
        <SelectField
          label="State"
          value={draft.state}
          onChange={({ target }) => set({ state: target.value as DraftSegment['state'] })}
        >
          {Object.entries(STATES).map(([state, name]) => (
            <option key={state} value={state}>
              {name}
            </option>
          ))}
        </SelectField>
        <TextField
          label="Priority from"
          inputMode="numeric"
          placeholder="0"
          value={draft.lowest}
          onChange={({ target }) => set({ lowest: target.value })}
          error={priorityError}
        />
        <TextField
          label="Priority up to"
          inputMode="numeric"
          placeholder="9"
          value={draft.highest}
          onChange={({ target }) => set({ highest: target.value })}
        />
        <TextField
          className="col-span-full"
          label="Only these orders"
          placeholder="Any; or order ids, with commas between them"
          value={draft.orderIds}
          onChange={({ target }) => set({ orderIds: target.value })}
          error={errors[`segments.${index}.orderIds`]}
        />
      </div>
    </li>
  );
}
