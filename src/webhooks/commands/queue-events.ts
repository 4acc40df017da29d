import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { StoredEvent } from '../../kernel/domain/events.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Outbox } from '../domain/outbox.js';

/** Queue events of the log, in their order, for every webhook that wants them. */
export class QueueEvents extends Command<void> {
  constructor(readonly events: readonly StoredEvent[]) {
    super();
  }
}

@CommandHandler(QueueEvents)
export class QueueEventsHandler implements ICommandHandler<QueueEvents> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  async execute({ events }: QueueEvents) {
    await this.unitOfWork.change(this.outbox, { events }, (dispatch) => dispatch.send(events));
  }
}
