import type { BatchBody, PromisedLineBody } from '@earmark/client';
import { useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { fieldErrors } from '../../data/field-errors.js';
import { useSimulation } from '../../data/use-simulation.js';
import { unitWords } from '../../data/unit-words.js';
import { useWrite } from '../../data/use-write.js';
import { wholeNumber } from '../../data/whole-number.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { Consequences } from '../../ui/consequences.js';
import { CheckField, TextField } from '../../ui/field.js';
import { counted } from '../../ui/figures.js';
import { say } from '../../ui/toasts.js';

export interface WarehouseProps {
  readonly batch: BatchBody;
  readonly promised?: readonly PromisedLineBody[] | undefined;
  readonly onClose: () => void;
}

/** Goods of the batch have come: all of them or a part, some of no use, and perhaps the rest never. */
export function ReceiveGoods({ batch, promised, onClose }: WarehouseProps) {
  // Once for each form, so that a second press is no second receipt.
  const [receiptId] = useState(() => crypto.randomUUID());
  const [come, setCome] = useState(String(batch.inbound));
  const [useless, setUseless] = useState('0');
  const [isFinal, setFinal] = useState(false);
  const quantity = wholeNumber(come);
  const rejected = wholeNumber(useless);
  const isComplete = quantity !== null && rejected !== null && (quantity + rejected > 0 || isFinal);
  const body = {
    batchReference: batch.reference,
    quantity: quantity ?? 0,
    ...(rejected !== null && rejected > 0 && { rejected }),
    ...(isFinal && { final: true }),
  };
  const simulation = useSimulation(isComplete ? [{ receive: { ...body, receiptId } }] : null, {
    sku: batch.sku,
  });
  const write = useWrite(
    () => earmark.warehouse.receive({ path: { receiptId }, body }),
    ({ data }) => {
      say(
        `${counted(data.quantity, 'unit')} received; ${counted(data.onHand, 'unit')} of ${batch.reference} on hand`,
      );
      onClose();
    },
  );
  const errors = fieldErrors(write.error);
  const outstanding = isFinal ? 0 : Math.max(0, batch.inbound - (quantity ?? 0) - (rejected ?? 0));
  return (
    <ActionDialog
      title={`Receive goods of ${batch.reference}`}
      action="Receive the goods"
      isWide
      isDisabled={!isComplete || !simulation.isCurrent}
      write={write}
      fields={['quantity', 'rejected']}
      onAct={() => write.mutate(undefined)}
      onClose={onClose}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Units in order"
          inputMode="numeric"
          autoFocus
          value={come}
          onChange={(event) => setCome(event.target.value)}
          hint={unitWords.toCome(batch.inbound)}
          error={quantity === null ? 'A whole number, 0 or more' : errors.quantity}
        />
        <TextField
          label="Units rejected"
          inputMode="numeric"
          value={useless}
          onChange={(event) => setUseless(event.target.value)}
          hint="They have come and are of no use; they do not come again."
          error={rejected === null ? 'A whole number, 0 or more' : errors.rejected}
        />
      </div>
      <CheckField
        label="The rest will not come"
        checked={isFinal}
        onChange={(event) => setFinal(event.target.checked)}
      />
      {isComplete && (
        <>
          <p>{unitWords.afterReceipt(batch.onHand + (quantity ?? 0), outstanding)}</p>
          <Consequences
            of={simulation}
            promised={promised}
            whenNone="No line loses units, and none comes on another day."
          />
        </>
      )}
    </ActionDialog>
  );
}

/** Units of the batch were counted, or some are known to be missing or too many. */
export function CountStock({ batch, promised, onClose }: WarehouseProps) {
  const [countId] = useState(() => crypto.randomUUID());
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  // What was on hand when the form was opened: what leaves while somebody counts is no variance.
  const [expected] = useState(batch.onHand);
  const units = wholeNumber(text);
  const variance = units === null ? 0 : units - expected;
  const simulation = useSimulation(changeOfQuantity(batch, variance), { sku: batch.sku });
  const write = useWrite(
    () =>
      earmark.warehouse.count({
        path: { countId },
        body: {
          batchReference: batch.reference,
          counted: units!,
          expected,
          ...(reason.trim() !== '' && { reason: reason.trim() }),
        },
      }),
    ({ data }) => {
      say(
        data.variance === 0
          ? `${batch.reference} was counted: its figures are right`
          : `${batch.reference} was counted: ${unitWords.variance(data.variance)}`,
      );
      onClose();
    },
  );
  const errors = fieldErrors(write.error);
  return (
    <ActionDialog
      title={`Count ${batch.reference}`}
      action="Post the count"
      isWide
      isDisabled={units === null || (variance !== 0 && !simulation.isCurrent)}
      write={write}
      fields={['counted', 'reason']}
      onAct={() => write.mutate(undefined)}
      onClose={onClose}
    >
      <TextField
        label="Units in the warehouse"
        inputMode="numeric"
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="max-w-64"
        hint={`${unitWords.expected(expected)} What leaves meanwhile is taken into account.`}
        error={text !== '' && units === null ? 'A whole number, 0 or more' : errors.counted}
      />
      <TextField
        label="Reason (optional)"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        error={errors.reason}
      />
      {units !== null && (
        <>
          <p className="font-medium">
            {variance === 0 ? 'The figures are right.' : `${unitWords.variance(variance)}.`}
          </p>
          {variance !== 0 && (
            <Consequences of={simulation} promised={promised} whenNone="No line loses its units." />
          )}
        </>
      )}
    </ActionDialog>
  );
}

/** Units were found or are missing, without a count. */
export function AdjustStock({ batch, promised, onClose }: WarehouseProps) {
  const [adjustmentId] = useState(() => crypto.randomUUID());
  const [text, setText] = useState('');
  const [direction, setDirection] = useState<'missing' | 'found'>('missing');
  const [reason, setReason] = useState('');
  const units = wholeNumber(text, 1);
  const by = units === null ? 0 : direction === 'missing' ? -units : units;
  const isTooMany = by < 0 && -by > batch.onHand;
  const simulation = useSimulation(isTooMany ? null : changeOfQuantity(batch, by), { sku: batch.sku });
  const write = useWrite(
    () =>
      earmark.warehouse.adjust({
        path: { adjustmentId },
        body: { batchReference: batch.reference, by, reason: reason.trim() },
      }),
    ({ data }) => {
      say(`${unitWords.variance(data.by)}; ${counted(data.onHand, 'unit')} of ${batch.reference} on hand`);
      onClose();
    },
  );
  const errors = fieldErrors(write.error);
  return (
    <ActionDialog
      title={`Adjust the stock of ${batch.reference}`}
      action="Adjust the stock"
      isWide
      isDisabled={by === 0 || isTooMany || reason.trim() === '' || !simulation.isCurrent}
      write={write}
      fields={['by', 'reason']}
      onAct={() => write.mutate(undefined)}
      onClose={onClose}
    >
      <div className="flex flex-wrap items-start gap-4">
        <fieldset className="flex flex-col gap-1">
          <legend className="font-medium">Units</legend>
          {(['missing', 'found'] as const).map((each) => (
            <label key={each} className="inline-flex items-center gap-2">
              <input
                type="radio"
                name="direction"
                checked={direction === each}
                onChange={() => setDirection(each)}
                className="accent-accent"
              />
              {each === 'missing' ? 'are missing' : 'were found'}
            </label>
          ))}
        </fieldset>
        <TextField
          label="How many"
          inputMode="numeric"
          autoFocus
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="max-w-40"
          hint={`${unitWords.onHand(batch.onHand)}.`}
          error={
            isTooMany
              ? `Only ${unitWords.onHand(batch.onHand)}`
              : text !== '' && units === null
                ? 'A whole number, 1 or more'
                : errors.by
          }
        />
        <TextField
          label="Why"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          className="grow"
          hint="A few words, e.g. broken in the warehouse"
          error={errors.reason}
        />
      </div>
      {by !== 0 && !isTooMany && (
        <Consequences of={simulation} promised={promised} whenNone="No line loses its units." />
      )}
    </ActionDialog>
  );
}

/** Units that are found or missing move the same lines as a change of the quantity by as many. */
const changeOfQuantity = ({ reference, quantity }: BatchBody, by: number) =>
  by === 0 ? null : [{ changeQuantity: { reference, quantity: Math.max(0, quantity + by) } }];
