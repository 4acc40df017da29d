import type { RebuildBody } from '@earmark/client';
import { isProblem } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { useWrite } from '../../data/use-write.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { grouped, TimeText } from '../../ui/figures.js';
import { Answer } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { say } from '../../ui/toasts.js';

const PROGRESS_MS = 500;

/** Making a read model anew from the event log: how the last time went, and doing it again. */
export function Rebuild({ name }: { readonly name: string }) {
  const [isAsking, setAsking] = useState(false);
  const last = useQuery({
    ...apiQuery<RebuildBody | null>(
      'subscriptions.findRebuild',
      { name },
      async (signal) => {
        try {
          return await earmark.subscriptions.findRebuild({ path: { name }, signal });
        } catch (error) {
          if (isProblem(error, 'never-rebuilt')) return { data: null };
          throw error;
        }
      },
      { isLive: false },
    ),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? PROGRESS_MS : false),
  });
  const rebuild = useWrite(
    () => earmark.subscriptions.rebuild({ path: { name } }),
    () => {
      setAsking(false);
      say(`The rebuild of ${name} has begun`);
    },
  );
  return (
    <Section
      title="Rebuild"
      intro="If it keeps a read model, that can be made anew from the event log while it goes on being read."
      actions={
        <Button
          disabled={last.data?.state === 'running'}
          onClick={() => {
            rebuild.reset();
            setAsking(true);
          }}
        >
          Rebuild
        </Button>
      }
    >
      <Answer of={last} rows={1}>
        {(found) =>
          found === null ? <p className="text-muted">It was never rebuilt.</p> : <Progress of={found} />
        }
      </Answer>
      {isAsking && (
        <ActionDialog
          title={`Rebuild ${name}`}
          action="Rebuild"
          write={rebuild}
          onAct={() => rebuild.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>
            The read model is made anew from all events, which takes minutes for a long log. Until that is
            done, and if it fails, it stays as it is now.
          </p>
          <p>
            Events that have failed are in it afterwards, and are not retried; discarded ones are left out.
          </p>
        </ActionDialog>
      )}
    </Section>
  );
}

function Progress({
  of: { state, position, head, error, startedAt, endedAt },
}: {
  readonly of: RebuildBody;
}) {
  const share = head === 0 ? 1 : Math.min(1, position / head);
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={state === 'done' ? 'good' : state === 'failed' ? 'bad' : 'info'}>
          {state === 'done' ? 'done' : state === 'failed' ? 'failed' : `${Math.floor(share * 100)} %`}
        </Badge>
        <span>
          {state === 'done' ? 'Read up to' : 'Read'} {grouped(position)}
          {state !== 'done' && ` of ${grouped(head)}`}
        </span>
        <span className="text-muted">
          begun <TimeText time={startedAt} />
          {endedAt !== null && (
            <>
              , ended <TimeText time={endedAt} /> (
              {grouped((Date.parse(endedAt) - Date.parse(startedAt)) / 1_000)} s)
            </>
          )}
        </span>
      </p>
      {state === 'running' && <ProgressBar label="Rebuild" part={share} />}
      {error !== null && <p className="break-words text-bad">{error}</p>}
    </div>
  );
}
