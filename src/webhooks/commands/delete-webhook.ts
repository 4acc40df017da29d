import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { currentActor } from '../../kernel/cause/causation.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Endpoints } from '../domain/endpoints.js';

/** Delete a webhook: what has not been sent to it yet will not be. */
export class DeleteWebhook extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(DeleteWebhook)
export class DeleteWebhookHandler implements ICommandHandler<DeleteWebhook> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly endpoints: Endpoints,
    @Inject(PROCESS_CONTEXT) private readonly context: ProcessContext,
  ) {}

  async execute({ id }: DeleteWebhook) {
    const by = currentActor(this.context);
    await this.unitOfWork.change(this.endpoints, { id }, (endpoint) => endpoint.delete(by));
  }
}
