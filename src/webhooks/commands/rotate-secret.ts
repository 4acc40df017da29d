import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { currentActor } from '../../kernel/cause/causation.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Endpoints } from '../domain/endpoints.js';
import { SecretKeys } from '../sending/secret-keys.js';
import { newSecret } from '../sending/signature.js';

/** Give a webhook a new secret. For a while, the ones before sign as well. Resolves with the new one, which is not shown again. */
export class RotateSecret extends Command<string> {
  constructor(
    readonly id: string,
    readonly overlapMs: number,
  ) {
    super();
  }
}

@CommandHandler(RotateSecret)
export class RotateSecretHandler implements ICommandHandler<RotateSecret> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly endpoints: Endpoints,
    private readonly secretKeys: SecretKeys,
    @Inject(PROCESS_CONTEXT) private readonly context: ProcessContext,
  ) {}

  async execute({ id, overlapMs }: RotateSecret) {
    const box = await this.secretKeys.forSealing();
    const secret = newSecret();
    const [sealed, at] = [box.seal(id, secret), new Date()];
    const by = currentActor(this.context);
    await this.unitOfWork.change(this.endpoints, { id }, (endpoint) =>
      endpoint.rotate(sealed, at, overlapMs, by),
    );
    return secret;
  }
}
