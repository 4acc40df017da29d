import { DomainError } from '../../../kernel/domain/errors.js';

/**
 * Names are given once. A revoked one stays taken, so that whoever reads of a key in the list, or in a note of last
 * year, knows which one is meant, and an old key cannot seem to have come back.
 */
export class KeyNameTaken extends DomainError {
  readonly code = 'key-name-taken';
  readonly kind = 'conflict';

  constructor(name: string, isRevoked: boolean) {
    super(`There ${isRevoked ? 'was' : 'is'} a key ${name} already: choose another name.`, { name });
  }
}

export class UnknownKey extends DomainError {
  readonly code = 'unknown-key';
  readonly kind = 'not-found';

  constructor(name: string) {
    super(`There is no key ${name}.`, { name });
  }
}
