import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { LastCheck } from '../persistence/last-check.js';
import { CheckIntegrity, type FigureDifference } from '../queries/check-integrity.js';

/** Checks the figures of all batches, unless an instance has begun to do so less than some hours ago. */
export class CheckIfDue extends Command<readonly FigureDifference[]> {
  constructor(readonly everyHours: number) {
    super();
  }
}

@CommandHandler(CheckIfDue)
export class CheckIfDueHandler implements ICommandHandler<CheckIfDue> {
  constructor(
    private readonly queries: QueryBus,
    private readonly lastCheck: LastCheck,
  ) {}

  /** Resolves with the differences that it has found; none if no check was due. */
  async execute({ everyHours }: CheckIfDue) {
    if (!(await this.lastCheck.claim(everyHours))) return [];
    try {
      const { position, differences } = await this.queries.execute(new CheckIntegrity());
      await this.lastCheck.ended(position, differences.length);
      return differences;
    } catch (error) {
      await this.lastCheck.failed();
      throw error;
    }
  }
}
