import { CommandBus } from '@nestjs/cqrs';
import type { BatchesEvent, BatchMoved } from '../../batches/contract/batches.contract.js';
import type { DomainEvent } from '../../kernel/domain/events.js';
import { Subscription, type Participant } from '../../kernel/subscriptions/readers/subscription.js';
import { MoveBatch } from '../commands/move-batch.js';

/** Lets a batch move in the transaction of `batches`, unless units of it are claimed. */
@Subscription({ name: 'allocation.moves', events: ['BatchMoved'] satisfies BatchesEvent['type'][] })
export class DecideMoves implements Participant {
  constructor(private readonly commands: CommandBus) {}

  /** @throws {BatchClaimed} */
  async beforeCommit(event: DomainEvent): Promise<void> {
    const { sku, batchReference, location } = (event as BatchMoved).data;
    await this.commands.execute(new MoveBatch(sku, batchReference, location));
  }
}
