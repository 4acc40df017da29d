import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { currentActor } from '../../kernel/cause/causation.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { EndpointChange } from '../domain/endpoint.js';
import { Endpoints } from '../domain/endpoints.js';
import { AddressGuard } from '../sending/address-guard.js';

/** Change a webhook, disable or enable it. Once enabled it goes on where it was. */
export class ChangeWebhook extends Command<void> {
  constructor(
    readonly id: string,
    readonly change: EndpointChange,
  ) {
    super();
  }
}

@CommandHandler(ChangeWebhook)
export class ChangeWebhookHandler implements ICommandHandler<ChangeWebhook> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly endpoints: Endpoints,
    private readonly guard: AddressGuard,
    @Inject(PROCESS_CONTEXT) private readonly context: ProcessContext,
  ) {}

  async execute({ id, change }: ChangeWebhook) {
    if (change.url !== undefined) await this.guard.check(change.url);
    const by = currentActor(this.context);
    await this.unitOfWork.change(this.endpoints, { id }, (endpoint) => endpoint.change(change, by));
  }
}
