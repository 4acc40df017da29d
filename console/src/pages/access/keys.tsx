import type { KeyBody } from '@earmark/client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiPages } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';
import { infoQuery } from '../../data/session.js';
import { useWrite } from '../../data/use-write.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { TimeText } from '../../ui/figures.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Table, type Column } from '../../ui/table.js';
import { say } from '../../ui/toasts.js';
import { CreateKey } from './create-key.js';

const COLUMNS: readonly Column<KeyBody>[] = [
  {
    head: 'Name',
    cell: ({ name, id }) => (
      <>
        <span className="font-medium break-words">{name}</span>
        <span className="block font-mono text-xs text-muted">earmark_{id}_…</span>
      </>
    ),
  },
  {
    head: 'Scopes',
    className: 'min-w-56',
    isWide: true,
    cell: ({ scopes }) => (
      <span className="flex flex-wrap gap-1">
        {scopes.map((scope) => (
          <Badge key={scope}>{scope}</Badge>
        ))}
      </span>
    ),
  },
  { head: 'Created', isMinor: true, cell: ({ createdAt }) => <TimeText time={createdAt} /> },
  { head: 'Last used', cell: ({ lastUsedAt }) => <TimeText time={lastUsedAt} whenNone="never" /> },
];

export function Keys() {
  const { data: info } = useQuery(infoQuery);
  const [isCreating, setCreating] = useState(false);
  const [revoked, setRevoked] = useState<KeyBody>();
  const keys = useInfiniteQuery(
    apiPages(
      'keys.list',
      {},
      (after: string | undefined, signal) =>
        earmark.keys.list({ query: { ...(after !== undefined && { after }) }, signal }),
      { isLive: false, everyMs: 30_000 },
    ),
  );
  const open: Column<KeyBody> = {
    head: <span className="sr-only">Actions</span>,
    cell: (key) =>
      key.revokedAt === null ? (
        <span className="flex justify-end">
          <Button kind="danger" aria-label={`Revoke the key ${key.name}`} onClick={() => setRevoked(key)}>
            Revoke
          </Button>
        </span>
      ) : (
        <span className="text-muted">
          revoked <TimeText time={key.revokedAt} />
        </span>
      ),
  };
  return (
    <Section
      isFlush
      title="Keys"
      intro="Who may call the service, and what each may do."
      actions={
        <Button kind="primary" onClick={() => setCreating(true)}>
          Create a key
        </Button>
      }
    >
      <Answer of={keys}>
        {(items) => (
          <Table
            caption="Keys"
            columns={[...COLUMNS, open]}
            rows={items}
            keyOf={({ name }) => name}
            more={keys}
            empty={
              <Empty title="There is no key yet">
                {info?.features.accessControl === false
                  ? 'Until the first one is created, anybody on this machine may do everything, and nobody else anything.'
                  : 'People sign in with their accounts. Programs need a key, or a token of the issuer.'}
              </Empty>
            }
          />
        )}
      </Answer>
      {isCreating && <CreateKey onClose={() => setCreating(false)} />}
      {revoked && (
        <RevokeKey
          name={revoked.name}
          isOwn={info?.caller.kind === 'key' && info.caller.name === revoked.name}
          onClose={() => setRevoked(undefined)}
        />
      )}
    </Section>
  );
}

function RevokeKey({
  name,
  isOwn,
  onClose,
}: {
  readonly name: string;
  readonly isOwn: boolean;
  readonly onClose: () => void;
}) {
  const revoke = useWrite(
    () => earmark.keys.revoke({ path: { name } }),
    () => {
      say(`The key ${name} is revoked`);
      onClose();
    },
  );
  return (
    <ActionDialog
      isDanger
      title={`Revoke the key ${name}`}
      action="Revoke it"
      write={revoke}
      onAct={() => revoke.mutate()}
      onClose={onClose}
    >
      <p>Calls with it are refused within a second, and live feeds that it has opened are ended.</p>
      {isOwn && (
        <p className="font-semibold text-bad">
          You are signed in with this key: you will have to sign in with another one.
        </p>
      )}
      <p>This cannot be undone, and its name is not used again.</p>
    </ActionDialog>
  );
}
