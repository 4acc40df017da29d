import { useRef } from 'react';
import { Button } from '../../ui/button.js';
import { CheckField, SelectField, TextField } from '../../ui/field.js';
import { SkuField } from '../../ui/sku-field.js';
import type { LineOutcome } from './line-outcome.js';
import { LineOutcomeNote } from './line-outcome-note.js';
import {
  changeLine,
  emptyLine,
  MOST_HOLD_MINUTES,
  MOST_LINES,
  type DraftLine,
  type FieldErrors,
  type OrderDraft,
  type WhenShort,
} from './order-draft.js';

interface OrderFormProps {
  readonly draft: OrderDraft;
  readonly onChange: (draft: OrderDraft) => void;
  readonly errors: FieldErrors;
  /** What each line would get, by SKU. */
  readonly outcomes: ReadonlyMap<string, LineOutcome>;
  /** Of an order that exists: its id is not asked for, and neither is what has been decided. */
  readonly isExisting?: boolean;
  /** Whether it may (still) be a hold. */
  readonly mayHold?: boolean;
}

const WHEN_SHORT: Readonly<Record<WhenShort, string>> = {
  refuse: 'Refuse the whole order',
  skip: 'Leave that line out',
  backorder: 'Let that line wait for its units',
};

export function OrderForm({
  draft,
  onChange,
  errors,
  outcomes,
  isExisting = false,
  mayHold = true,
}: OrderFormProps) {
  const set = (change: Partial<OrderDraft>) => onChange({ ...draft, ...change });
  const add = useRef<HTMLButtonElement>(null);
  const remove = (line: DraftLine) => {
    // The button of the line, which has the focus, goes with it.
    add.current!.focus();
    set({ lines: draft.lines.filter(({ key }) => key !== line.key) });
  };
  return (
    <div className="flex flex-col gap-4">
      {!isExisting && (
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="Order id"
            value={draft.orderId}
            onChange={({ target }) => set({ orderId: target.value })}
            placeholder="As the shop knows it"
            error={errors.orderId}
          />
          <TextField
            label="Channel"
            value={draft.channel}
            onChange={({ target }) => set({ channel: target.value })}
            placeholder="Where it comes from, e.g. web"
            error={errors.channel}
          />
        </div>
      )}
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 font-semibold">Lines</legend>
        <ol className="flex flex-col gap-3">
          {draft.lines.map((line, index) => (
            <LineFields
              key={line.key}
              {...{ draft, line, index, errors, onChange }}
              onRemove={() => remove(line)}
              outcome={outcomes.get(line.sku.trim())}
            />
          ))}
        </ol>
        {errors.lines !== undefined && <p className="font-medium text-bad">{errors.lines}</p>}
        <div>
          <Button
            ref={add}
            disabled={draft.lines.length >= MOST_LINES}
            onClick={() => set({ lines: [...draft.lines, emptyLine()] })}
          >
            Add a line
          </Button>
        </div>
      </fieldset>
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label="When a line does not fit"
          value={draft.whenShort}
          onChange={({ target }) => set({ whenShort: target.value as WhenShort })}
        >
          {Object.entries(WHEN_SHORT).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
        {mayHold && (
          <TextField
            label="Hold for minutes"
            inputMode="numeric"
            value={draft.holdMinutes}
            onChange={({ target }) => set({ holdMinutes: target.value })}
            hint={`Until it is confirmed, ${MOST_HOLD_MINUTES} at most. Empty: the order is firm.`}
            error={errors.expiresInSeconds}
          />
        )}
        <TextField
          label="Priority"
          inputMode="numeric"
          value={draft.priority}
          onChange={({ target }) => set({ priority: target.value })}
          hint="0 to 9; the highest gets units that become free first."
          error={errors.priority}
        />
        {isExisting && (
          <TextField
            label="Channel"
            value={draft.channel}
            onChange={({ target }) => set({ channel: target.value })}
            error={errors.channel}
          />
        )}
      </div>
      <CheckField
        label="Ship it as a whole only"
        checked={draft.shipComplete}
        onChange={({ target }) => set({ shipComplete: target.checked })}
      />
    </div>
  );
}

interface LineFieldsProps {
  readonly draft: OrderDraft;
  readonly line: DraftLine;
  readonly index: number;
  readonly errors: FieldErrors;
  readonly outcome: LineOutcome | undefined;
  readonly onChange: (draft: OrderDraft) => void;
  readonly onRemove: () => void;
}

function LineFields({ draft, line, index, errors, outcome, onChange, onRemove }: LineFieldsProps) {
  const set = (change: Partial<DraftLine>) => onChange(changeLine(draft, line.key, change));
  const errorOf = (field: string) => errors[`lines.${index}.${field}`];
  return (
    <li aria-label={`Line ${index + 1}`} className="rounded-md border border-edge bg-ground p-3">
      <div className="grid grid-cols-2 items-start gap-3 sm:grid-cols-[minmax(0,1fr)_6rem_9.5rem_auto]">
        <SkuField
          label="SKU"
          className="max-sm:col-span-2"
          value={line.sku}
          onChange={(sku) => set({ sku })}
          error={errorOf('sku')}
        />
        <TextField
          label="Quantity"
          inputMode="numeric"
          value={line.quantity}
          onChange={({ target }) => set({ quantity: target.value })}
          error={errorOf('quantity')}
        />
        <TextField
          label="Needed by"
          type="date"
          value={line.neededBy}
          onChange={({ target }) => set({ neededBy: target.value })}
          error={errorOf('neededBy')}
        />
        <Button
          kind="quiet"
          className="px-2 sm:mt-6"
          aria-label={`Remove line ${index + 1}`}
          disabled={draft.lines.length === 1}
          onClick={onRemove}
        >
          ✕
        </Button>
      </div>
      <div className="mt-2 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <CheckField
          label="Several batches may hold it together"
          checked={line.split}
          onChange={({ target }) => set({ split: target.checked })}
        />
      </div>
      {outcome && <LineOutcomeNote {...{ outcome, line, draft, onChange }} />}
    </li>
  );
}
