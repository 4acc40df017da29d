import { DomainError } from './domain-error.js';

/** The caller decided on an older version than the one that stands now. */
export class VersionMismatch extends DomainError {
  readonly code = 'version-mismatch';
  readonly kind = 'precondition-failed';

  constructor(
    seen: readonly (number | string)[],
    /** The one that stands: a number, or the text by which a version of this kind is known. */
    readonly version: number | string,
  ) {
    super(`This has changed since it was read: it is at version ${version} now.`, { seen, version });
  }
}

/** Lets pass who asks no version, or has seen the one that stands; throws `VersionMismatch` otherwise. */
export function requireVersion<V extends number | string>(version: V, seen: readonly V[] | undefined): void {
  if (seen !== undefined && !seen.includes(version)) throw new VersionMismatch(seen, version);
}
