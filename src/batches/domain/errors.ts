import { DomainError } from '../../kernel/domain/errors.js';

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

/** One call has two batches under the same reference. */
export class RepeatedBatch extends DomainError {
  readonly code = 'repeated-batch';
  readonly kind = 'unprocessable';

  constructor(reference: string) {
    super(`Batch ${reference} is in the same call already.`, { reference });
  }
}

export class UnknownBatch extends DomainError {
  readonly code = 'unknown-batch';
  readonly kind = 'not-found';

  constructor(reference: string) {
    super(`There is no batch ${reference}.`, { reference });
  }
}

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
