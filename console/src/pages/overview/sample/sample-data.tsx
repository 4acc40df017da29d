import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAllows } from '../../../data/session.js';
import { Button } from '../../../ui/button.js';
import { Dialog, DialogActions } from '../../../ui/dialog.js';
import { counted } from '../../../ui/figures.js';
import { Notice, ProblemNotice } from '../../../ui/notice.js';
import { ProgressBar } from '../../../ui/progress-bar.js';
import { say } from '../../../ui/toasts.js';
import { sampleQuery } from './sample-query.js';
import { SampleWork, useStanding } from './sample-work.js';

// What plays and what clears is loaded by those who want it only.
const playing = new SampleWork(async (onProgress) => {
  const { playSample } = await import('./play-sample.js');
  const orders = await playSample(onProgress);
  say(`The sample data is there: ${counted(orders, 'order')} of a month`);
});
const clearing = new SampleWork(async (onProgress) => {
  const { clearSample } = await import('./clear-sample.js');
  const { orders, batches } = await clearSample(onProgress);
  say(
    `${counted(orders, 'sample order')} cancelled, ${counted(batches, 'sample batch', 'sample batches')} emptied`,
  );
});

/** Whether the caller may write what the sample data needs. */
export function useMaySample(): boolean {
  const allows = useAllows();
  return ['batches:write', 'orders:write', 'warehouse:write'].every(allows);
}

/** Offers to play the sample data. */
export function SampleOffer() {
  const { part, error } = useStanding(playing);
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
        <Button kind="primary" onClick={playing.begin}>
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
  const { part, error } = useStanding(clearing);
  const clear = () => {
    setAsking(false);
    clearing.begin();
  };
  if (part === null && error === null && (batches === undefined || batches.length === 0)) return null;
  return (
    <>
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
      </Notice>
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
    </>
  );
}
