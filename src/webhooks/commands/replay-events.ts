import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Endpoints } from '../domain/endpoints.js';

/** Send a webhook again what has happened, from a position on. */
export class ReplayEvents extends Command<void> {
  /** @param from the position of the first event, 1 or more */
  constructor(
    readonly id: string,
    readonly from: number,
  ) {
    super();
  }
}

@CommandHandler(ReplayEvents)
export class ReplayEventsHandler implements ICommandHandler<ReplayEvents> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly endpoints: Endpoints,
  ) {}

  async execute({ id, from }: ReplayEvents) {
    await this.unitOfWork.change(this.endpoints, { id }, (endpoint) => endpoint.replay(from));
  }
}
