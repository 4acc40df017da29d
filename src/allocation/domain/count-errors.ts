import { DomainError } from '../../kernel/domain/errors.js';
import { explainProblem } from '../../kernel/domain/problem-texts.js';

/** A count of one location has a batch of another one. */
export class BatchElsewhere extends DomainError {
  readonly code = 'other-location';
  readonly kind = 'conflict';

  constructor(batchReference: string, location: string, counted: string) {
    super(`Batch ${batchReference} is at ${location}, but this is a count of ${counted}.`, {
      batchReference,
      location,
    });
  }
}

explainProblem('other-location', {
  meaning: 'The row names a batch at another location than that of the count.',
  action: 'Remove the row, or move it to the count of the location of the batch.',
  repetition: 'after-change',
});

/** A count names a batch and another SKU than that of the batch. */
export class BatchOfOtherSku extends DomainError {
  readonly code = 'other-sku';
  readonly kind = 'conflict';

  constructor(batchReference: string, sku: string, named: string) {
    super(`Batch ${batchReference} has the SKU ${sku}, not ${named}.`, { batchReference, sku });
  }
}

explainProblem('other-sku', {
  meaning: 'The row names a batch and a SKU, but the batch has another SKU.',
  action: 'Correct the SKU, or leave it out: the reference is enough.',
  repetition: 'after-change',
});

/** A count names a SKU alone, of which there are several batches. */
export class SeveralBatches extends DomainError {
  readonly code = 'several-batches';
  readonly kind = 'conflict';

  constructor(sku: string, location: string, batches: number) {
    super(`${sku} has ${batches} batches at ${location}: name the reference of the one that was counted.`, {
      sku,
      batches,
    });
  }
}

explainProblem('several-batches', {
  meaning: 'The row names only a SKU, and the location has several batches of it.',
  action: 'Name the reference of the batch that was counted.',
  repetition: 'after-change',
});

/** A count names a SKU alone, of which there is no batch. */
export class NoBatch extends DomainError {
  readonly code = 'no-batch';
  readonly kind = 'unprocessable';

  constructor(sku: string, location: string) {
    super(`There is no batch of ${sku} at ${location}.`, { sku });
  }
}

explainProblem('no-batch', {
  meaning: 'The row names a SKU, and the location has no batch of it.',
  action: 'Register the batch, or correct the SKU.',
  repetition: 'after-change',
});

/** A count names neither a batch nor a SKU. */
export class NothingNamed extends DomainError {
  readonly code = 'nothing-named';
  readonly kind = 'unprocessable';

  constructor() {
    super(
      'The row does not say which batch was counted: name its reference, or its SKU if the SKU has only one batch.',
    );
  }
}

explainProblem('nothing-named', {
  meaning: 'The row names neither a batch nor a SKU.',
  action: 'Add the reference of the batch, or the SKU if it has only one batch.',
  repetition: 'after-change',
});

/** Two rows of a file are about one batch: nobody can know which of them is meant. */
export class CountedTwice extends DomainError {
  readonly code = 'repeated-row';
  readonly kind = 'conflict';

  constructor(batchReference: string) {
    super(`Another row of this file counts batch ${batchReference}: keep only one of them.`, {
      batchReference,
    });
  }
}

explainProblem('repeated-row', {
  meaning: 'Two rows of the file name the same batch.',
  action: 'Remove one of them, or replace both by one row with the sum.',
  repetition: 'after-change',
});
