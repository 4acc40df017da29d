import { describe, expect, it } from '@jest/globals';
import {
  asRefusal,
  DomainError,
  requireVersion,
  VersionMismatch,
} from '../../../src/kernel/domain/errors.js';

class TooTall extends DomainError {
  readonly code = 'too-tall';
  readonly kind = 'conflict';
}

describe('a domain error', () => {
  it('has the name of its rule and the facts', () => {
    const error = new TooTall('It does not fit.', { height: 3 });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'TooTall', message: 'It does not fit.', facts: { height: 3 } });
  });

  it('is returned by asRefusal, which throws every other error', async () => {
    const refusal = new TooTall('It does not fit.');
    expect(await asRefusal(Promise.reject(refusal))).toBe(refusal);
    expect(await asRefusal(Promise.resolve(7))).toBe(7);
    await expect(asRefusal(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});

describe('a required version', () => {
  it('is met by the current version, and by no expectation', () => {
    expect(() => requireVersion(3, [3])).not.toThrow();
    expect(() => requireVersion(3, [1, 3])).not.toThrow();
    expect(() => requireVersion(3, undefined)).not.toThrow();
  });

  it('is refused if it is another one, with the expected and the current version', () => {
    const refused = () => requireVersion(3, [1, 2]);
    expect(refused).toThrow(VersionMismatch);
    expect(refused).toThrow(expect.objectContaining({ facts: { seen: [1, 2], version: 3 } }));
    expect(() => requireVersion(3, [])).toThrow(VersionMismatch);
  });
});
