import { DomainError } from '../../kernel/domain/errors.js';
import { explainProblem } from '../../kernel/domain/problem-texts.js';

/** Something else was registered under this reference. */
export class BatchConflict extends DomainError {
  readonly code = 'batch-conflict';
  readonly kind = 'conflict';

  constructor(
    reference: string,
    message = `Batch ${reference} was registered with another SKU, quantity or ETA, or with other facts.`,
  ) {
    super(message, { reference });
  }
}

explainProblem('batch-conflict', {
  meaning:
    'Another batch was registered under this reference: its SKU, quantity, date or other fields differ. Repeating ' +
    'the same registration gets 200.',
  action:
    'Give the new batch another reference. To change the existing batch, use `PATCH /v1/batches/{reference}`.',
  repetition: 'after-change',
});

/** A batch of another SKU was registered under this reference. */
export class ReferenceOfOtherSku extends BatchConflict {
  constructor(reference: string, registered: string, sku: string) {
    super(
      reference,
      `Batch ${reference} was registered with the SKU ${registered}, and a reference belongs to one SKU: ` +
        `give ${sku} another reference.`,
    );
  }
}

export class UnknownBatch extends DomainError {
  readonly code = 'unknown-batch';
  readonly kind = 'not-found';

  constructor(reference: string) {
    super(`There is no batch ${reference}.`, { reference });
  }
}

explainProblem('unknown-batch', {
  meaning:
    'No batch was ever registered under this reference. The status is 404 if the reference is in the path, otherwise ' +
    '422.',
  action:
    'Check how the reference is written: upper and lower case differ. Register the batch: `POST ' +
    '/v1/batches`.',
  repetition: 'after-change',
});

/** Allocation could not handle an earlier change of the SKU, and so not that of a batch either: an operator has to look at it. */
export class BlockedByParkedEvent extends DomainError {
  readonly code = 'waits-for-operator';
  readonly kind = 'busy';

  constructor(sku: string) {
    super(
      `The change is stored, but allocation cannot use it yet: an earlier change of ${sku} waits for an operator.`,
      { sku },
    );
  }
}

explainProblem('waits-for-operator', {
  meaning:
    'The change is stored, but does not affect promises yet: an earlier change of the SKU failed and waits for an ' +
    'operator.',
  action:
    'An operator has to retry or discard the first parked event of the SKU in the subscription `allocation.stock`.',
  repetition: 'after-change',
});
