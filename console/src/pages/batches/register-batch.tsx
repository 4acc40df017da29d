import type { RegisterBatchBody } from '@earmark/client';
import { useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { fieldErrors } from '../../data/field-errors.js';
import { useSimulation } from '../../data/use-simulation.js';
import { useWrite } from '../../data/use-write.js';
import { wholeNumber } from '../../data/whole-number.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { Consequences } from '../../ui/consequences.js';
import { TextField } from '../../ui/field.js';
import { counted } from '../../ui/figures.js';
import { SkuField } from '../../ui/sku-field.js';
import { say } from '../../ui/toasts.js';

interface RegisterBatchProps {
  /** The product, if it is known already. */
  readonly sku?: string;
  readonly onClose: () => void;
  readonly onDone?: (body: RegisterBatchBody) => void;
}

const FIELDS = ['reference', 'sku', 'quantity', 'eta', 'location', 'bestBefore', 'supplier'] as const;

/** Registers what was bought; the first batch of a SKU makes the product. */
export function RegisterBatch({ sku, onClose, onDone }: RegisterBatchProps) {
  const [typed, setTyped] = useState<Readonly<Record<(typeof FIELDS)[number], string>>>({
    reference: '',
    sku: sku ?? '',
    quantity: '',
    eta: '',
    location: '',
    bestBefore: '',
    supplier: '',
  });
  const quantity = wholeNumber(typed.quantity, 1);
  const text = (name: (typeof FIELDS)[number]) => typed[name].trim();
  const isComplete = quantity !== null && text('reference') !== '' && text('sku') !== '';
  const body: RegisterBatchBody = {
    reference: text('reference'),
    sku: text('sku'),
    quantity: quantity ?? 1,
    eta: text('eta') || null,
    ...(text('location') !== '' && { location: text('location') }),
    ...(text('bestBefore') !== '' && { bestBefore: text('bestBefore') }),
    ...(text('supplier') !== '' && { supplier: text('supplier') }),
  };
  const simulation = useSimulation(
    isComplete
      ? [{ register: { reference: body.reference, sku: body.sku, quantity: body.quantity, eta: body.eta! } }]
      : null,
    { sku: body.sku },
  );
  const write = useWrite(
    () => earmark.batches.register({ body }),
    () => {
      say(`${body.reference} is registered: ${counted(body.quantity, 'unit')} of ${body.sku}`);
      onDone?.(body);
      onClose();
    },
  );
  const errors = fieldErrors(write.error);
  const field = (name: (typeof FIELDS)[number]) => ({
    value: typed[name],
    onChange: (event: { readonly target: { readonly value: string } }) =>
      setTyped({ ...typed, [name]: event.target.value }),
    error: errors[name],
  });
  return (
    <ActionDialog
      title={sku === undefined ? 'Register a batch' : `Register a batch of ${sku}`}
      action="Register the batch"
      isWide
      isDisabled={!isComplete || !simulation.isCurrent}
      write={write}
      fields={FIELDS}
      onAct={() => write.mutate(undefined)}
      onClose={onClose}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        {sku === undefined && (
          <SkuField
            label="Product"
            autoFocus
            hint="A SKU; a new one makes the product."
            {...field('sku')}
            onChange={(value) => setTyped({ ...typed, sku: value })}
          />
        )}
        <TextField
          label="Reference"
          autoFocus={sku !== undefined}
          hint="Under which it was bought, e.g. PO-2031."
          {...field('reference')}
        />
        <TextField
          label="Units"
          inputMode="numeric"
          {...field('quantity')}
          error={typed.quantity !== '' && quantity === null ? 'A whole number, 1 or more' : errors.quantity}
        />
        <TextField label="Due on" type="date" hint="Empty: it is on hand." {...field('eta')} />
        <TextField label="Place (optional)" hint="Empty: main." {...field('location')} />
        <TextField label="Supplier (optional)" {...field('supplier')} />
        <TextField
          label="Best before (optional)"
          type="date"
          hint="The last day on which its units can be used."
          {...field('bestBefore')}
        />
      </div>
      {isComplete && (
        <Consequences
          of={simulation}
          whenNone="Nobody waits for these units: they can be promised to the next order."
        />
      )}
      {isComplete && (body.location ?? body.bestBefore) !== undefined && (
        <p className="text-muted">
          The place and the best-before date are not taken into account here: because of them, lines may get
          nothing of the batch.
        </p>
      )}
    </ActionDialog>
  );
}
