import type { ReturnedLineBody } from '@earmark/client';
import { useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { useWrite } from '../../data/use-write.js';
import { SelectField, TextField } from '../../ui/field.js';
import { counted } from '../../ui/figures.js';
import { ProductLink } from '../../ui/links.js';
import { Notice } from '../../ui/notice.js';
import { say } from '../../ui/toasts.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { chosenUnits } from './chosen-units.js';
import { fieldErrors } from '../../data/field-errors.js';
import type { OrderActionProps } from './order-actions.js';

type Disposition = ReturnedLineBody['disposition'];

const DISPOSITIONS: Readonly<Record<Disposition, string>> = {
  restock: 'Back to stock',
  scrap: 'Written off',
};

interface TypedReturn {
  readonly quantity: string;
  readonly disposition: Disposition;
}

export function TakeBack({ order: { orderId, lines }, onClose }: OrderActionProps) {
  const [returnId] = useState(() => crypto.randomUUID());
  const away = lines.filter(({ shipped, returned }) => shipped > returned);
  const [typed, setTyped] = useState<Readonly<Record<string, TypedReturn>>>({});
  const [reason, setReason] = useState('');
  const typedOf = (sku: string): TypedReturn => typed[sku] ?? { quantity: '', disposition: 'restock' };
  const { chosen, errors } = chosenUnits(
    away.map(({ sku, shipped, returned }) => ({
      sku,
      typed: typedOf(sku).quantity,
      most: shipped - returned,
    })),
  );
  const wanted = chosen.map(({ sku, quantity }) => ({
    sku,
    quantity,
    disposition: typedOf(sku).disposition,
    ...(reason.trim() !== '' && { reason: reason.trim() }),
  }));
  const takeBack = useWrite(
    () => earmark.warehouse.takeBack({ path: { returnId }, body: { orderId, lines: wanted } }),
    () => {
      say(`${counted(unitsOf(wanted), 'unit')} of order ${orderId} came back`);
      onClose();
    },
  );
  const set = (sku: string, change: Partial<TypedReturn>) => {
    takeBack.reset();
    setTyped({ ...typed, [sku]: { ...typedOf(sku), ...change } });
  };
  const ofService = Object.entries(fieldErrors(takeBack.error)).filter(([field]) =>
    field.endsWith('.reason'),
  );
  const reasonError = ofService[0]?.[1];
  const ofKind = (kind: Disposition) => unitsOf(wanted.filter(({ disposition }) => disposition === kind));
  return (
    <ActionDialog
      title={`Take back units of order ${orderId}`}
      action="Take them back"
      isWide
      isDisabled={wanted.length === 0 || Object.keys(errors).length > 0}
      write={takeBack}
      fields={ofService.map(([field]) => field)}
      onAct={() => takeBack.mutate(undefined)}
      onClose={onClose}
    >
      <ul className="flex flex-col gap-4">
        {away.map(({ sku, shipped, returned }) => (
          <li
            key={sku}
            className="grid grid-cols-2 items-start gap-3 sm:grid-cols-[minmax(0,1fr)_7rem_12rem]"
          >
            <div className="max-sm:col-span-2">
              <ProductLink sku={sku} />
              <span className="block text-muted">
                with the customer: {counted(shipped - returned, 'unit')}
              </span>
            </div>
            <TextField
              label="Came back"
              inputMode="numeric"
              aria-label={`Units of ${sku} that came back`}
              placeholder="0"
              value={typedOf(sku).quantity}
              onChange={({ target }) => set(sku, { quantity: target.value })}
              error={errors[sku]}
            />
            <SelectField
              label="What becomes of them"
              aria-label={`What becomes of ${sku}`}
              value={typedOf(sku).disposition}
              onChange={({ target }) => set(sku, { disposition: target.value as Disposition })}
            >
              {Object.entries(DISPOSITIONS).map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </SelectField>
          </li>
        ))}
      </ul>
      <TextField
        label="Reason"
        placeholder="In a few words, e.g. wrong colour"
        value={reason}
        onChange={({ target }) => {
          takeBack.reset();
          setReason(target.value);
        }}
        error={reasonError}
      />
      {wanted.length > 0 && (
        <Notice tone="info">
          {[
            ofKind('restock') > 0 &&
              `${counted(ofKind('restock'), 'unit')} can be promised again, on the batches that they came from.`,
            ofKind('scrap') > 0 && `${counted(ofKind('scrap'), 'unit')} will be written off.`,
            'This cannot be undone.',
          ]
            .filter(Boolean)
            .join(' ')}
        </Notice>
      )}
    </ActionDialog>
  );
}

const unitsOf = (lines: readonly { readonly quantity: number }[]): number =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0);
