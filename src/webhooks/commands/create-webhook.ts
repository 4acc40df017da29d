import { randomUUID } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { currentActor } from '../../kernel/cause/causation.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { Wishes } from '../domain/endpoint.js';
import { Endpoints } from '../domain/endpoints.js';
import { AddressGuard } from '../sending/address-guard.js';
import { SecretKeys } from '../sending/secret-keys.js';
import { newSecret } from '../sending/signature.js';

/** Add a webhook: it gets the events that happen from now on. */
export class CreateWebhook extends Command<CreatedWebhook> {
  constructor(readonly wishes: Wishes) {
    super();
  }
}

/** Its secret is not shown again. */
export interface CreatedWebhook {
  readonly id: string;
  readonly secret: string;
}

@CommandHandler(CreateWebhook)
export class CreateWebhookHandler implements ICommandHandler<CreateWebhook> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly endpoints: Endpoints,
    private readonly guard: AddressGuard,
    private readonly secretKeys: SecretKeys,
    @Inject(PROCESS_CONTEXT) private readonly context: ProcessContext,
  ) {}

  async execute({ wishes }: CreateWebhook) {
    const box = await this.secretKeys.forSealing();
    await this.guard.check(wishes.url);
    const [id, secret] = [randomUUID(), newSecret()];
    const sealed = box.seal(id, secret);
    const by = currentActor(this.context);
    await this.unitOfWork.change(this.endpoints, { id }, (endpoint) => endpoint.create(wishes, sealed, by));
    return { id, secret };
  }
}
