import type { WholeDeadLetterBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { useAllows } from '../../data/session.js';
import { useWrite } from '../../data/use-write.js';
import { Button } from '../../ui/button.js';
import { Code } from '../../ui/code.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { grouped, TimeText } from '../../ui/figures.js';
import { Answer, ProblemNotice } from '../../ui/notice.js';
import { Fact, Facts } from '../../ui/page.js';
import { say } from '../../ui/toasts.js';
import { DiscardDialog } from './discard-dialog.js';

interface DeadLetterDialogProps {
  readonly id: number;
  readonly onClose: () => void;
}

/** A dead letter with its body, and what an operator can do with it. */
export function DeadLetterDialog({ id, onClose }: DeadLetterDialogProps) {
  const [isDiscarding, setDiscarding] = useState(false);
  const letter = useQuery(
    apiQuery('deadLetters.find', { id }, (signal) => earmark.deadLetters.find({ path: { id }, signal }), {
      isLive: false,
    }),
  );
  const discard = useWrite(
    (reason: string) => earmark.deadLetters.discard({ path: { id }, body: { reason } }),
    () => {
      say('The dead letter is discarded');
      onClose();
    },
  );
  if (isDiscarding)
    return (
      <DiscardDialog
        title="Discard the dead letter"
        write={discard}
        onDiscard={(reason) => discard.mutate(reason)}
        onClose={() => setDiscarding(false)}
      >
        It is kept with the reason for a while, and cannot be applied any more.
      </DiscardDialog>
    );
  return (
    <Dialog isOpen isWide title={`Dead letter ${id}`} onClose={onClose}>
      <Answer of={letter}>
        {(whole) => (
          <Letter
            letter={whole}
            onDiscard={() => {
              discard.reset();
              setDiscarding(true);
            }}
            onDone={onClose}
          />
        )}
      </Answer>
    </Dialog>
  );
}

function Letter({
  letter: {
    id,
    broker,
    channel,
    messageId,
    reason,
    size,
    receivedAt,
    state,
    settledAt,
    discardReason,
    body,
    bodyBase64,
  },
  onDiscard,
  onDone,
}: {
  readonly letter: WholeDeadLetterBody;
  readonly onDiscard: () => void;
  readonly onDone: () => void;
}) {
  const mayOperate = useAllows()('operations:write');
  const retry = useWrite(
    () => earmark.deadLetters.retry({ path: { id } }),
    ({ data }) => {
      say(
        data.isNew ? 'The message is applied' : 'The message had been applied already; nothing has changed',
      );
      onDone();
    },
  );
  return (
    <>
      <Facts>
        <Fact name="Why it could not be applied">{reason}</Fact>
        <Fact name="Message">{messageId ?? 'its broker gives none an id'}</Fact>
        <Fact name="Came">
          <TimeText time={receivedAt} /> over {broker}, {channel}
        </Fact>
        {state !== 'kept' && (
          <Fact name={state === 'applied' ? 'Applied' : 'Discarded'}>
            <TimeText time={settledAt} />
            {discardReason !== null && `: ${discardReason}`}
          </Fact>
        )}
      </Facts>
      <div className="flex flex-col gap-1">
        <p className="text-muted">
          {body === null
            ? `Its body is no text. These are its ${grouped(size)} bytes in base64:`
            : `Its body, of ${grouped(size)} bytes:`}
        </p>
        <Code label="The body of the message">{body ?? bodyBase64}</Code>
      </div>
      {retry.error && <ProblemNotice error={retry.error} />}
      <DialogActions>
        <CopyButton text={body ?? bodyBase64}>Copy the body</CopyButton>
        {mayOperate && state === 'kept' && (
          <>
            <Button kind="danger" onClick={onDiscard}>
              Discard
            </Button>
            <Button kind="primary" isBusy={retry.isPending} onClick={() => retry.mutate()}>
              Apply it now
            </Button>
          </>
        )}
      </DialogActions>
    </>
  );
}
