import { CommandBus } from '@nestjs/cqrs';
import type { BatchReceived } from '../../allocation/contract/allocation.contract.js';
import type { StoredEvent } from '../../kernel/domain/events.js';
import { Subscription, type Reaction } from '../../kernel/subscriptions/readers/subscription.js';
import { FollowReceipt } from '../commands/follow-receipt.js';

/** Keeps what was bought as the warehouse has received it. */
@Subscription({
  name: 'batches.receipts',
  events: ['BatchReceived'] satisfies BatchReceived['type'][],
  readYourWrites: true,
})
export class FollowReceipts implements Reaction {
  constructor(private readonly commands: CommandBus) {}

  async react(event: StoredEvent): Promise<void> {
    const { batchReference, overReceived, missing, outstanding } = (event as StoredEvent<BatchReceived>).data;
    await this.commands.execute(new FollowReceipt(batchReference, { overReceived, missing, outstanding }));
  }
}
