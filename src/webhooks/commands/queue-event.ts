import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { StoredEvent } from '../../kernel/domain/events.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Outbox } from '../domain/outbox.js';

/** Queue an event for every webhook that wants it. */
export class QueueEvent extends Command<void> {
  constructor(readonly event: StoredEvent) {
    super();
  }
}

@CommandHandler(QueueEvent)
export class QueueEventHandler implements ICommandHandler<QueueEvent> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  async execute({ event }: QueueEvent) {
    await this.unitOfWork.change(this.outbox, { eventId: event.id }, (dispatch) => dispatch.send(event));
  }
}
