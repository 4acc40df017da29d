import type { SimulatedStepBody } from '@earmark/client';
import { useState } from 'react';
import { storyOf } from '../../data/event-story.js';
import { useSimulation } from '../../data/use-simulation.js';
import { wholeNumber } from '../../data/whole-number.js';
import { CheckField, TextField } from '../../ui/field.js';
import { counted, DateText } from '../../ui/figures.js';
import { BatchLink } from '../../ui/links.js';
import { Loading, Notice, ProblemNotice } from '../../ui/notice.js';
import { SentenceText } from '../../ui/story.js';

/** What an order would get if it came now, and why from there. */
export function ProductQuote({ sku }: { readonly sku: string }) {
  const [orderId] = useState(() => `simulated-${crypto.randomUUID()}`);
  const [text, setText] = useState('1');
  const [neededBy, setNeededBy] = useState('');
  const [split, setSplit] = useState(false);
  const quantity = wholeNumber(text, 1);
  const simulation = useSimulation(
    quantity === null
      ? null
      : [
          {
            allocate: {
              orderId,
              sku,
              quantity,
              ...(split && { split }),
              ...(neededBy !== '' && { neededBy }),
            },
          },
        ],
    { sku },
  );
  const step = simulation.data?.steps[0];
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <TextField
          label="Units"
          inputMode="numeric"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="w-24"
          error={quantity === null ? '1 or more' : undefined}
        />
        <TextField
          label="Needed by (optional)"
          type="date"
          value={neededBy}
          onChange={(event) => setNeededBy(event.target.value)}
          className="w-44"
        />
        <CheckField
          label="May be split"
          checked={split}
          onChange={(event) => setSplit(event.target.checked)}
        />
      </div>
      <div aria-live="polite">
        {quantity !== null &&
          (simulation.isCurrent && step ? (
            <Quote of={step} quantity={quantity} />
          ) : simulation.error ? (
            <ProblemNotice error={simulation.error} onRetry={() => void simulation.refetch()} />
          ) : (
            <Loading rows={2} />
          ))}
      </div>
    </div>
  );
}

function Quote({
  of: { body, problem, events },
  quantity,
}: {
  readonly of: SimulatedStepBody;
  readonly quantity: number;
}) {
  if (problem)
    return (
      <Notice tone="warn" title={`${counted(quantity, 'unit')} could not be promised`}>
        {problem.detail}
      </Notice>
    );
  if (!body || !('batchReference' in body) || !('orderId' in body)) return null;
  const { claims, ...whole } = body;
  const places = claims ?? [whole];
  const allocated = events.find(({ type }) => type === 'LineAllocated');
  const why = allocated ? storyOf(allocated).why : [];
  return (
    <Notice
      tone={places.every(({ eta }) => eta === null) ? 'good' : 'info'}
      title={
        <>
          {counted(quantity, 'unit')} would come from{' '}
          {places.map(({ batchReference, quantity: units, eta, overdue }, index) => (
            <span key={batchReference}>
              {index > 0 && (index === places.length - 1 ? ' and ' : ', ')}
              <BatchLink reference={batchReference} />
              {places.length > 1 && ` (${counted(units, 'unit')})`},{' '}
              <DateText date={eta} whenNone="on hand" />
              {overdue && ', which is overdue'}
            </span>
          ))}
        </>
      }
    >
      <p>
        {why.length > 0 ? (
          <>
            Because <SentenceText of={lowered(why)} />.
          </>
        ) : places.length > 1 ? (
          'Because no batch holds them all as early as these do together.'
        ) : (
          'Because it is the first in the order of the batches that has units left.'
        )}
      </p>
    </Notice>
  );
}

const lowered = ([first, ...rest]: ReturnType<typeof storyOf>['why']) =>
  typeof first === 'string' ? [first.charAt(0).toLowerCase() + first.slice(1), ...rest] : [first!, ...rest];
