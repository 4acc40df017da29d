import { DomainError } from '../../kernel/domain/errors.js';

/** The read side of `UnknownSku`: not found, since the SKU stands in the path. */
export class UnknownProduct extends DomainError {
  readonly code = 'unknown-sku';
  readonly kind = 'not-found';

  constructor(sku: string) {
    super(`No batch of ${sku} was ever registered.`, { sku });
  }
}
