import { managerOf } from '../../../kernel/postgres/typeorm-transactions.js';
import type { Transaction } from '../../../kernel/domain/store.js';
import type { IncomingMessage } from '../channels/broker.js';

/**
 * Records a message in the inbox, in the transaction of its change: both are committed, or neither.
 * @returns false if it was applied before; always true if it has no id, since a repetition cannot be recognised then
 */
export async function recordMessage(
  tx: Transaction,
  { channel, id, formerId }: Pick<IncomingMessage, 'channel' | 'id' | 'formerId'>,
): Promise<boolean> {
  if (id === null) return true;
  const recorded = await managerOf(tx).query<unknown[]>(
    `insert into broker.inbox (channel, message_id)
     select $1, $2
      where not exists (select from broker.inbox
                         where channel = $1 and message_id = $3 and received_at >= $4)
     on conflict do nothing returning true`,
    [channel, id, formerId?.id, formerId?.sentAt],
  );
  return recorded.length > 0;
}
