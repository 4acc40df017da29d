import type { PolicyBody, PutPolicyBody } from '@earmark/client';
import { useRef, useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { fieldErrors } from '../../data/field-errors.js';
import { useSimulation } from '../../data/use-simulation.js';
import { useWrite } from '../../data/use-write.js';
import { wholeNumber } from '../../data/whole-number.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { Button } from '../../ui/button.js';
import { Consequences } from '../../ui/consequences.js';
import { SelectField, TextField } from '../../ui/field.js';
import { Notice } from '../../ui/notice.js';
import { say } from '../../ui/toasts.js';

type Texts<Key extends string> = Readonly<Record<Key, readonly [name: string, says: string]>>;

export const PREFERENCES: Texts<PolicyBody['preference']> = {
  eta: ['by their references', 'Those of the same day are taken by their references.'],
  fefo: ['first expired, first out', 'Those that expire first are taken first.'],
  fifo: ['first in, first out', 'Those that came first are taken first.'],
  lifo: ['last in, first out', 'Those that came last are taken first.'],
};

export const BACKORDERS: Texts<PolicyBody['backorders']> = {
  'first-fit': [
    'first that fits',
    'Higher priority first, then the oldest; a line that does not fit is passed over.',
  ],
  strict: [
    'strictly in order',
    'Nobody overtakes the first line: what is free is kept for it until it can be met.',
  ],
  'fair-share': ['channels take turns', 'One line of each channel in turn.'],
};

interface TypedProtection {
  readonly channel: string;
  readonly quantity: string;
  readonly until: string;
}

interface ChangePolicyProps {
  /** As it is now. */
  readonly policy: PolicyBody;
  readonly onClose: () => void;
}

/** Sets who gets the units of a product: from now on, and of nobody's claims. */
export function ChangePolicy({ policy, onClose }: ChangePolicyProps) {
  const { sku } = policy;
  // What the reader decides on, and what is undone to: the policy that the dialog was opened with.
  const [before] = useState(() => bodyOf(policy));
  const [preference, setPreference] = useState(policy.preference);
  const [backorders, setBackorders] = useState(policy.backorders);
  const [shelfLife, setShelfLife] = useState(String(policy.minimumShelfLifeDays));
  const [protections, setProtections] = useState<readonly TypedProtection[]>(() =>
    policy.protections.map(({ channel, quantity, until }) => ({
      channel: channel ?? '',
      quantity: String(quantity),
      until: until ?? '',
    })),
  );
  const add = useRef<HTMLButtonElement>(null);
  const minimumShelfLifeDays = wholeNumber(shelfLife);
  const quantities = protections.map(({ quantity }) => wholeNumber(quantity, 1));
  const isComplete = minimumShelfLifeDays !== null && quantities.every((quantity) => quantity !== null);
  const body: PutPolicyBody = {
    preference,
    backorders,
    minimumShelfLifeDays: minimumShelfLifeDays ?? 0,
    protections: protections.map(({ channel, until }, index) => ({
      channel: channel.trim() || null,
      quantity: quantities[index] ?? 1,
      until: until || null,
    })),
  };
  const isOther = JSON.stringify(body) !== JSON.stringify(before);
  const simulation = useSimulation(isComplete && isOther ? [{ policy: { ...body, sku } }] : null, { sku });
  const put = (next: PutPolicyBody) => earmark.policy.put({ path: { sku }, body: next });
  const write = useWrite(
    () => put(body),
    ({ data: changed }) => {
      const undo = async () => {
        const { data: now } = await earmark.policy.find({ path: { sku } });
        if (!isSame(now, changed)) throw new Error(`Somebody has changed the policy of ${sku} since.`);
        return put(before);
      };
      say(`The policy of ${sku} was changed`, { label: 'Undo', act: undo });
      onClose();
    },
  );
  // A policy has no version that could be sent with the call.
  const isOutdated = !write.isPending && !isSame(policy, before);
  const errors = fieldErrors(write.error);
  const change = (index: number, part: Partial<TypedProtection>) =>
    setProtections(protections.map((each, at) => (at === index ? { ...each, ...part } : each)));

  return (
    <ActionDialog
      title={`Change the policy of ${sku}`}
      action="Change the policy"
      isWide
      isDisabled={!isComplete || !isOther || isOutdated || !simulation.isCurrent}
      write={write}
      fields={['minimumShelfLifeDays']}
      onAct={() => write.mutate(undefined)}
      onClose={onClose}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label="Batches that are available on the same day"
          value={preference}
          hint={PREFERENCES[preference][1]}
          onChange={(event) => setPreference(event.target.value as PolicyBody['preference'])}
        >
          <Options of={PREFERENCES} />
        </SelectField>
        <SelectField
          label="Lines that wait get units"
          value={backorders}
          hint={BACKORDERS[backorders][1]}
          onChange={(event) => setBackorders(event.target.value as PolicyBody['backorders'])}
        >
          <Options of={BACKORDERS} />
        </SelectField>
        <TextField
          label="Days that units have to keep after they are needed"
          inputMode="numeric"
          value={shelfLife}
          onChange={(event) => setShelfLife(event.target.value)}
          error={minimumShelfLifeDays === null ? 'A whole number, 0 or more' : errors.minimumShelfLifeDays}
        />
      </div>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 font-medium">The last free units are kept for</legend>
        {protections.length === 0 && <p className="text-muted">Anybody: nothing is protected.</p>}
        {protections.map(({ channel, quantity, until }, index) => (
          <div
            key={index}
            role="group"
            aria-label={`Protection ${index + 1}`}
            className="flex flex-wrap items-end gap-2"
          >
            <TextField
              label="Channel"
              hint="Empty: nobody."
              value={channel}
              onChange={(event) => change(index, { channel: event.target.value })}
              className="w-40"
            />
            <TextField
              label="Units"
              hint="The last so many."
              inputMode="numeric"
              value={quantity}
              error={quantities[index] === null ? '1 or more' : undefined}
              onChange={(event) => change(index, { quantity: event.target.value })}
              className="w-32"
            />
            <TextField
              label="Until (optional)"
              hint="The last day."
              type="date"
              value={until}
              onChange={(event) => change(index, { until: event.target.value })}
              className="w-44"
            />
            <Button
              kind="quiet"
              className="mb-5"
              aria-label={`Remove protection ${index + 1}`}
              onClick={() => {
                // The button of the protection, which has the focus, goes with it.
                add.current!.focus();
                setProtections(protections.filter((_, at) => at !== index));
              }}
            >
              Remove
            </Button>
          </div>
        ))}
        <div>
          <Button
            ref={add}
            onClick={() => setProtections([...protections, { channel: '', quantity: '1', until: '' }])}
          >
            Protect units
          </Button>
        </div>
      </fieldset>
      {isOutdated && (
        <Notice tone="bad" title="Somebody has changed it in between">
          Close this, look again, and decide anew.
        </Notice>
      )}
      {isComplete && isOther && (
        <Consequences
          of={simulation}
          whenNone="No line changes now. The policy decides about what is promised from now on, and revokes nothing."
        />
      )}
    </ActionDialog>
  );
}

const Options = ({ of }: { readonly of: Texts<string> }) =>
  Object.entries(of).map(([value, [name]]) => (
    <option key={value} value={value}>
      {name}
    </option>
  ));

type Policy = Pick<PolicyBody, 'preference' | 'backorders' | 'minimumShelfLifeDays' | 'protections'>;

/** The policy as it is put, its parts in the order in which the form puts them. */
const bodyOf = ({ preference, backorders, minimumShelfLifeDays, protections }: Policy): Policy => ({
  preference,
  backorders,
  minimumShelfLifeDays,
  protections: protections.map(({ channel, quantity, until }) => ({ channel, quantity, until })),
});

/** Whether they say the same, in whatever order they name what is protected. */
const isSame = (one: Policy, other: Policy): boolean => textOf(one) === textOf(other);

const textOf = (policy: Policy): string => {
  const { protections, ...rest } = bodyOf(policy);
  return JSON.stringify([rest, protections.map((each) => JSON.stringify(each)).toSorted()]);
};
