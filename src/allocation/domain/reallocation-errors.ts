import { DomainError } from '../../kernel/domain/errors.js';

/** So many lines that one transaction would keep all other calls of the product waiting. */
export class TooManyLines extends DomainError {
  readonly code = 'too-many-lines';
  readonly kind = 'unprocessable';

  constructor(sku: string, most: number) {
    super(
      `More than ${most} lines claim units of ${sku} or wait for them: one run cannot look at them all.`,
      {
        sku,
        most,
      },
    );
  }
}
