import { DomainError } from '../../kernel/domain/errors.js';

/** There is nothing to tell of a SKU of which no batch was ever registered. */
export class UnknownProduct extends DomainError {
  readonly code = 'unknown-sku';
  readonly kind = 'not-found';

  constructor(sku: string) {
    super(`No batch of ${sku} was ever registered.`, { sku });
  }
}
