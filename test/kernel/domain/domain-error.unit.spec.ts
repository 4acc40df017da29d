import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../src/kernel/domain/domain-error.js';
import { requireVersion, VersionMismatch } from '../../../src/kernel/domain/version-mismatch.js';

class TooTall extends DomainError {
  readonly code = 'too-tall';
  readonly kind = 'conflict';
}

describe('a domain error', () => {
  it('bears the name of its rule and carries the facts', () => {
    const error = new TooTall('It does not fit.', { height: 3 });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'TooTall', message: 'It does not fit.', facts: { height: 3 } });
  });
});

describe('a caller who means a version', () => {
  it('passes where it is the one that stands, or none is meant', () => {
    expect(() => requireVersion(3, [3])).not.toThrow();
    expect(() => requireVersion(3, [1, 3])).not.toThrow();
    expect(() => requireVersion(3, undefined)).not.toThrow();
  });

  it('is refused where it is another one, with both', () => {
    const refused = () => requireVersion(3, [1, 2]);
    expect(refused).toThrow(VersionMismatch);
    expect(refused).toThrow(expect.objectContaining({ facts: { seen: [1, 2], version: 3 } }));
    expect(() => requireVersion(3, [])).toThrow(VersionMismatch);
  });
});
