import { useEffect, useRef, useState } from 'react';
import { queryClient } from '../../data/api-query.js';
import { sendRows, type BulkPath } from '../../data/bulk.js';
import { grouped } from '../../ui/numbers.js';
import { say } from '../../ui/toasts.js';
import { ImportRun, type Outcome, type Progress, type Send } from './import-run.js';

/** How often the page shows the progress at most. */
const SHOW_MS = 100;

export const sendTo =
  (path: BulkPath): Send =>
  (call) =>
    sendRows({ path, ...call });

interface Rows {
  readonly path: BulkPath;
  readonly total: number;
  readonly rowAt: (index: number) => string;
}

const isGoing = ({ phase }: Progress): boolean => phase === 'sending' || phase === 'waiting';

/** A run of the page. It is stopped when the page is left. */
export function useImportRun() {
  const run = useRef<ImportRun>(undefined);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [outcomes, setOutcomes] = useState<readonly (Outcome | undefined)[]>([]);
  useEffect(
    () => () => {
      if (!run.current || !isGoing(run.current.progress)) return;
      run.current.stop();
      const { answered, total } = run.current.progress;
      say(
        `The import was stopped when its page was left, after ${grouped(answered)} of ${grouped(total)} rows. The file can be imported again: what was done is not done twice`,
      );
    },
    [],
  );

  const isUnderWay = progress !== null && isGoing(progress);
  useEffect(() => {
    if (!isUnderWay) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isUnderWay]);

  const start = ({ path, ...rows }: Rows) => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const show = () => {
      timer = null;
      setProgress(run.current!.progress);
    };
    const onChange = () => (timer ??= setTimeout(show, SHOW_MS));
    run.current = new ImportRun({ send: sendTo(path), ...rows, onChange });
    goOn();
  };
  const goOn = () =>
    void run.current!.run().then(() => {
      setProgress(run.current!.progress);
      setOutcomes([...run.current!.outcomes]);
      return queryClient.invalidateQueries();
    });
  return {
    progress,
    isUnderWay,
    start,
    goOn,
    stop: () => run.current?.stop(),
    /** What became of each row, as of the last pause. */
    outcomes,
  };
}
