import { isProblem, type SegmentBody } from '@earmark/client';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { useWrite } from '../../data/use-write.js';
import { Button } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { counted } from '../../ui/figures.js';
import { Notice, ProblemNotice } from '../../ui/notice.js';
import { say } from '../../ui/toasts.js';
import { ReallocatedLines } from './reallocated-lines.js';
import { SegmentFields } from './segment-fields.js';
import { emptySegment, MOST_SEGMENTS, segmentsOf, type DraftSegment } from './segments.js';

interface ReallocationRunProps {
  readonly sku: string;
  readonly onClose: () => void;
}

export function ReallocationRun({ sku, onClose }: ReallocationRunProps) {
  return (
    <Dialog isOpen isWide title={`Reallocate ${sku}`} onClose={onClose}>
      <Run sku={sku} onClose={onClose} />
    </Dialog>
  );
}

function Run({ sku, onClose }: ReallocationRunProps) {
  const [drafts, setDrafts] = useState<readonly DraftSegment[]>(() => [
    emptySegment('win', { lowest: '7' }),
    emptySegment('redistribute'),
  ]);
  const wanted = segmentsOf(drafts);
  const add = useRef<HTMLButtonElement>(null);
  const reallocate = async (segments: SegmentBody[], simulate: boolean) => {
    const { data } = await earmark.reallocations.reallocate({ path: { sku }, body: { segments, simulate } });
    return data;
  };
  const simulation = useMutation({ mutationFn: (segments: SegmentBody[]) => reallocate(segments, true) });
  const simulated = simulation.data && { result: simulation.data, segments: simulation.variables };
  const run = useWrite(
    (segments: SegmentBody[]) => reallocate(segments, false),
    (result) => {
      say(`${counted(result.lines.length, 'line')} of ${sku} changed`);
      onClose();
    },
  );
  const change = (next: readonly DraftSegment[]) => {
    setDrafts(next);
    // What was shown, or is being looked up, is no longer what would happen.
    simulation.reset();
    run.reset();
  };
  const error = simulation.error ?? run.error;
  const changes = simulated?.result.lines.length ?? 0;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted">
        A line belongs to the first segment that selects it. Lines that no segment selects keep what they
        have. Holds, and units that have left, take no part.
      </p>
      <ol className="flex flex-col gap-3">
        {drafts.map((draft, index) => (
          <SegmentFields
            key={draft.key}
            draft={draft}
            index={index}
            errors={'errors' in wanted ? wanted.errors : {}}
            isOnly={drafts.length === 1}
            onChange={(next) => change(drafts.map((each) => (each.key === draft.key ? next : each)))}
            onRemove={() => {
              // The button of the segment, which has the focus, goes with it.
              add.current!.focus();
              change(drafts.filter(({ key }) => key !== draft.key));
            }}
          />
        ))}
      </ol>
      <div>
        <Button
          ref={add}
          disabled={drafts.length >= MOST_SEGMENTS}
          onClick={() => change([...drafts, emptySegment('lose')])}
        >
          Add a segment
        </Button>
      </div>
      {error && <RunProblem error={error} />}
      {simulated && <ReallocatedLines result={simulated.result} segments={simulated.segments} />}
      {simulated && changes > 0 && (
        <p className="text-muted">
          A run cannot be undone; another run can only assign the units again. If stock or orders change
          before it runs, the result may differ from this.
        </p>
      )}
      <DialogActions>
        <Button onClick={onClose}>Go back</Button>
        <Button
          kind={simulated ? 'plain' : 'primary'}
          disabled={'errors' in wanted}
          isBusy={simulation.isPending}
          onClick={() => 'segments' in wanted && simulation.mutate(wanted.segments)}
        >
          {simulated ? 'Simulate again' : 'Show what would change'}
        </Button>
        {simulated && changes > 0 && (
          <Button kind="primary" isBusy={run.isPending} onClick={() => run.mutate(simulated.segments)}>
            Change {counted(changes, 'line')}
          </Button>
        )}
      </DialogActions>
    </div>
  );
}

function RunProblem({ error }: { readonly error: Error }) {
  if (isProblem(error, 'validation-failed'))
    return (
      <Notice tone="bad" title="The segments are not as they should be">
        {error.message}
      </Notice>
    );
  return <ProblemNotice error={error} />;
}
