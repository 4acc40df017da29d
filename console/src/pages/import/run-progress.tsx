import { Button } from '../../ui/button.js';
import { grouped } from '../../ui/figures.js';
import { Notice } from '../../ui/notice.js';
import { Section, Tile, Tiles } from '../../ui/page.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import type { Progress } from './import-run.js';

interface Props {
  readonly progress: Progress;
  /** Rows that were not sent, since they are invalid. */
  readonly invalid: number;
  readonly one: string;
  readonly many: string;
  readonly onStop: () => void;
  readonly onGoOn: () => void;
}

const TITLES: Readonly<Record<Progress['phase'], string>> = {
  sending: 'Sending',
  waiting: 'Waiting for the service',
  stopped: 'Stopped',
  failed: 'Not finished',
  complete: 'Finished',
};

/** How far an import is, and what has become of its rows. */
export function RunProgress({ progress, invalid, one, many, onStop, onGoOn }: Props) {
  const { phase, total, answered, created, existing, refused, rate, reason } = progress;
  const isUnderWay = phase === 'sending' || phase === 'waiting';
  return (
    <Section
      title={TITLES[phase]}
      intro={`${grouped(answered)} of ${grouped(total)} ${many}${isUnderWay ? `, ${grouped(rate)} a second` : ''}`}
      actions={
        isUnderWay ? (
          <Button onClick={onStop}>Stop</Button>
        ) : phase === 'complete' ? undefined : (
          <Button kind="primary" onClick={onGoOn}>
            Go on with {one} {grouped(answered + 1)}
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-4">
        <ProgressBar
          label={`${grouped(answered)} of ${grouped(total)} ${many}`}
          part={total === 0 ? 1 : answered / total}
        />
        {phase === 'waiting' && <p className="text-muted">{reason} It goes on by itself in a moment.</p>}
        {phase === 'failed' && <Notice tone="bad" title={reason} />}
        {phase === 'stopped' && (
          <p className="text-muted">
            Some of those that follow may have been carried out as well. When you go on, they are sent again,
            and what was done is not done twice.
          </p>
        )}
        <Tiles>
          <Tile name="Done">{grouped(created)}</Tile>
          <Tile name="There before" note="the same, or changed to this">
            {grouped(existing)}
          </Tile>
          <Tile name="Refused">{grouped(refused)}</Tile>
          <Tile name="Invalid" note="never sent">
            {grouped(invalid)}
          </Tile>
          <Tile name="A second">{grouped(rate)}</Tile>
        </Tiles>
      </div>
    </Section>
  );
}
