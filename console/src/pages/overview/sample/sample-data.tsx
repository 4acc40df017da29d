import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { queryClient } from '../../../data/api-query.js';
import { useAllows } from '../../../data/session.js';
import { Button } from '../../../ui/button.js';
import { Dialog, DialogActions } from '../../../ui/dialog.js';
import { counted } from '../../../ui/figures.js';
import { Notice, ProblemNotice } from '../../../ui/notice.js';
import { ProgressBar } from '../../../ui/progress-bar.js';
import { say } from '../../../ui/toasts.js';
import { clearSample, sampleQuery } from './clear-sample.js';

/** Whether the caller may write what the sample data needs. */
export function useMaySample(): boolean {
  const allows = useAllows();
  return ['batches:write', 'orders:write', 'warehouse:write'].every(allows);
}

interface Work {
  readonly part: number | null;
  readonly error: unknown;
}

/** Something long that can be under way: how far it is, and why it has failed. */
function useWork(): readonly [Work, (act: (onProgress: (part: number) => void) => Promise<void>) => void] {
  const [work, setWork] = useState<Work>({ part: null, error: null });
  const isBusy = useRef(false);
  const begin = (act: (onProgress: (part: number) => void) => Promise<void>) => {
    if (isBusy.current) return;
    isBusy.current = true;
    setWork({ part: 0, error: null });
    act((part) => setWork({ part, error: null }))
      .then(
        () => setWork({ part: null, error: null }),
        (error: unknown) => setWork({ part: null, error }),
      )
      .finally(() => {
        isBusy.current = false;
        void queryClient.invalidateQueries();
      });
  };
  return [work, begin];
}

/** Offers to play the sample data. */
export function SampleOffer() {
  const [{ part, error }, begin] = useWork();
  const play = () =>
    begin(async (onProgress) => {
      // Loaded by those who want it only.
      const { playSample } = await import('./play-sample.js');
      const orders = await playSample(onProgress, new AbortController().signal);
      say(`The sample data is there: ${counted(orders, 'order')} of a month`);
    });
  return (
    <div className="flex w-full flex-col items-start gap-2">
      <h3 className="font-semibold">Play sample data</h3>
      <p className="text-muted">
        A furniture retailer’s month in a few seconds: batches on hand and on their way, orders, holds,
        shipments, a delivery that is late and one that is damaged. Every code begins with SAMPLE-, and you
        can clear it at any time.
      </p>
      {error !== null && <ProblemNotice error={error} />}
      {part === null ? (
        <Button kind="primary" onClick={play}>
          Play the sample data
        </Button>
      ) : (
        <ProgressBar label="How much of the month is played" part={part} />
      )}
    </div>
  );
}

/** Says that there is sample data, and clears it. */
export function SampleNotice() {
  const { data: batches } = useQuery(sampleQuery);
  const mayClear = useMaySample();
  const [isAsking, setAsking] = useState(false);
  const [{ part, error }, begin] = useWork();
  const clear = () => {
    setAsking(false);
    begin(async (onProgress) => {
      const cleared = await clearSample(onProgress);
      say(
        `${counted(cleared.orders, 'sample order')} cancelled, ${counted(cleared.batches, 'sample batch', 'sample batches')} emptied`,
      );
    });
  };
  if (part === null && error === null && (batches === undefined || batches.length === 0)) return null;
  return (
    <Notice tone="info">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <p>
          <span className="font-semibold">There is sample data here.</span> Its products, batches and orders
          begin with SAMPLE-.
        </p>
        {part !== null ? (
          <div className="w-56">
            <ProgressBar label="How much of the sample data is cleared" part={part} />
          </div>
        ) : (
          mayClear && <Button onClick={() => setAsking(true)}>Clear the sample data</Button>
        )}
      </div>
      {error !== null && <ProblemNotice error={error} />}
      <Dialog title="Clear the sample data" isOpen={isAsking} onClose={() => setAsking(false)}>
        <p>
          This cancels every sample order that is open, and takes all units of the{' '}
          {counted(batches?.length ?? 0, 'sample batch', 'sample batches')} out of stock.
        </p>
        <p className="text-muted">
          Nothing can be deleted from the log: the codes and their history stay, with no units. There is no
          undo, but the sample data can be played again.
        </p>
        <DialogActions>
          <Button onClick={() => setAsking(false)}>Keep it</Button>
          <Button kind="danger" onClick={clear}>
            Clear the sample data
          </Button>
        </DialogActions>
      </Dialog>
    </Notice>
  );
}
