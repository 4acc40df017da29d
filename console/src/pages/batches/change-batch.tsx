import type { BatchBody, ChangeBatchBody, PromisedLineBody } from '@earmark/client';
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
import { counted, grouped } from '../../ui/figures.js';
import { Notice } from '../../ui/notice.js';
import { say } from '../../ui/toasts.js';

interface ChangeProps {
  /** As it was when the change was chosen: that is what is decided on, and what an undo goes back to. */
  readonly batch: BatchBody;
  /** Its ETag then. */
  readonly version: string;
  readonly promised?: readonly PromisedLineBody[] | undefined;
  readonly onClose: () => void;
}

/** Sends exactly the change that was shown, unless somebody has changed the batch since. */
const changeBatch = (reference: string, version: string, body: ChangeBatchBody) =>
  earmark.batches.change({ path: { reference }, headers: { 'If-Match': version }, body });

/**
 * Changes the batch, and offers to change it back.
 * @param undo what the button says if that does not undo everything
 */
function useChange(
  { batch, version, onClose }: ChangeProps,
  done: string,
  back: ChangeBatchBody,
  undo = 'Undo',
) {
  return useWrite(
    (body: ChangeBatchBody) => changeBatch(batch.reference, version, body),
    ({ response }) => {
      const changed = response.headers.get('etag')!;
      say(done, { label: undo, act: () => changeBatch(batch.reference, changed, back) });
      onClose();
    },
  );
}

export function ChangeQuantity(props: ChangeProps) {
  const { batch, promised, onClose } = props;
  const [text, setText] = useState(String(batch.quantity));
  const quantity = wholeNumber(text);
  const isOther = quantity !== null && quantity !== batch.quantity;
  const simulation = useSimulation(
    isOther ? [{ changeQuantity: { reference: batch.reference, quantity } }] : null,
    { sku: batch.sku },
  );
  const write = useChange(
    props,
    `${batch.reference} has ${counted(quantity ?? 0, 'unit')} now`,
    {
      quantity: batch.quantity,
    },
    `Set it back to ${grouped(batch.quantity)}`,
  );
  return (
    <ActionDialog
      title={`Change the quantity of ${batch.reference}`}
      action="Change the quantity"
      isWide
      isDisabled={!isOther || !simulation.isCurrent}
      write={write}
      fields={['quantity']}
      onAct={() => write.mutate({ quantity: quantity! })}
      onClose={onClose}
    >
      <TextField
        label="Quantity"
        inputMode="numeric"
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="max-w-sm"
        hint={`All units that were bought: ${grouped(batch.quantity)} now${batch.shipped > 0 ? `, ${grouped(batch.shipped)} of them shipped` : ''}.`}
        error={quantity === null ? 'A whole number, 0 or more' : fieldErrors(write.error).quantity}
      />
      {isOther && (
        <Consequences of={simulation} promised={promised} whenNone="No line moves: all keep their units." />
      )}
    </ActionDialog>
  );
}

export function ChangeDate(props: ChangeProps) {
  const { batch, promised, onClose } = props;
  const [eta, setEta] = useState(batch.eta ?? '');
  const [hasArrived, setArrived] = useState(batch.eta === null);
  const wanted = hasArrived ? null : eta;
  const isOther = wanted !== '' && wanted !== batch.eta;
  const simulation = useSimulation(
    isOther ? [{ reschedule: { reference: batch.reference, eta: wanted } }] : null,
    { sku: batch.sku },
  );
  const write = useChange(props, `${batch.reference} has another date now`, { eta: batch.eta });
  return (
    <ActionDialog
      title={`Change the date of ${batch.reference}`}
      action="Change the date"
      isWide
      isDisabled={!isOther || !simulation.isCurrent}
      write={write}
      fields={['eta']}
      onAct={() => write.mutate({ eta: wanted })}
      onClose={onClose}
    >
      <div className="flex flex-wrap items-end gap-4">
        <TextField
          label="Due on"
          type="date"
          autoFocus
          disabled={hasArrived}
          value={hasArrived ? '' : eta}
          onChange={(event) => setEta(event.target.value)}
          className="max-w-48"
          error={fieldErrors(write.error).eta}
        />
        <CheckField
          label="It has arrived"
          checked={hasArrived}
          onChange={(event) => setArrived(event.target.checked)}
        />
      </div>
      {isOther && (
        <Consequences
          of={simulation}
          promised={promised}
          whenNone="No line of an order comes on another day."
        />
      )}
    </ActionDialog>
  );
}

/** Its place and the last day on which its units can be used: neither moves a line. */
export function ChangeLot(props: ChangeProps) {
  const { batch, onClose } = props;
  const [location, setLocation] = useState(batch.location);
  const [bestBefore, setBestBefore] = useState(batch.bestBefore ?? '');
  const changes: ChangeBatchBody = {
    ...(location.trim() !== batch.location && { location: location.trim() }),
    ...(bestBefore !== (batch.bestBefore ?? '') && { bestBefore: bestBefore === '' ? null : bestBefore }),
  };
  const write = useChange(props, `${batch.reference} was changed`, {
    ...(changes.location !== undefined && { location: batch.location }),
    ...(changes.bestBefore !== undefined && { bestBefore: batch.bestBefore }),
  });
  const errors = fieldErrors(write.error);
  return (
    <ActionDialog
      title={`Change place or best-before date of ${batch.reference}`}
      action="Change the batch"
      isDisabled={location.trim() === '' || Object.keys(changes).length === 0}
      write={write}
      fields={['location', 'bestBefore']}
      onAct={() => write.mutate(changes)}
      onClose={onClose}
    >
      <TextField
        label="Place"
        value={location}
        disabled={batch.claimed > 0}
        onChange={(event) => setLocation(event.target.value)}
        hint={
          batch.claimed > 0
            ? `It stays where it is while lines claim units of it: they were promised them there. Now ${counted(batch.claimed, 'unit')}.`
            : 'Nobody claims units of it, so it can be moved.'
        }
        error={errors.location}
      />
      <TextField
        label="Best before"
        type="date"
        value={bestBefore}
        onChange={(event) => setBestBefore(event.target.value)}
        hint="The last day on which its units can be used. Empty: they keep."
        error={errors.bestBefore}
      />
      {changes.bestBefore !== undefined && (
        <Notice title="No line moves">
          The new date decides about what is promised from now on.
          {batch.claimed > 0 && ` ${unitWords.stayPromised(batch.claimed)}`}
        </Notice>
      )}
    </ActionDialog>
  );
}

export function BlockBatch(props: ChangeProps) {
  const { batch, onClose } = props;
  const blocked = !batch.blocked;
  const write = useChange(props, `${batch.reference} is ${blocked ? 'blocked' : 'not blocked any more'}`, {
    blocked: batch.blocked,
  });
  return (
    <ActionDialog
      title={`${blocked ? 'Block' : 'Unblock'} ${batch.reference}`}
      action={blocked ? 'Block the batch' : 'Unblock the batch'}
      isDanger={blocked}
      write={write}
      onAct={() => write.mutate({ blocked })}
      onClose={onClose}
    >
      <p>
        {blocked
          ? `Nothing new is promised from it: ${counted(batch.available, 'unit')} that nobody claims can no longer be had.`
          : `Its ${counted(batch.available, 'unit')} that nobody claims can be promised again; lines that wait get them first.`}
      </p>
      {blocked && batch.claimed > 0 && (
        <p>
          What is promised stays promised: {counted(batch.claimed, 'unit')}. To take units from its lines,
          change its quantity.
        </p>
      )}
    </ActionDialog>
  );
}
