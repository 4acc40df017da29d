import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Replays } from '../persistence/replays.js';

/** Queue the next portion of a replay. Resolves with whether there was one. Several instances may do this at the same time. */
export class ContinueReplay extends Command<boolean> {}

@CommandHandler(ContinueReplay)
export class ContinueReplayHandler implements ICommandHandler<ContinueReplay> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly replays: Replays,
  ) {}

  async execute() {
    return this.unitOfWork.inTransaction((tx) => this.replays.continue(tx));
  }
}
