import { describe, expect, it } from '@jest/globals';
import { refuseStale, VersionMismatch } from '../../../src/shared/domain/version-mismatch.js';
import { etagOf, seenVersions } from '../../../src/shared/http/etag.js';
import { ValidationFailed } from '../../../src/shared/http/problem.js';

describe('If-Match', () => {
  it.each([undefined, '*', ' * '])('lets any version pass: %s', (header) => {
    expect(seenVersions(header)).toBeUndefined();
  });

  it.each([
    [etagOf(7), [7]],
    ['"6", "7"', [6, 7]],
    ['"6","7" ,, "8",', [6, 7, 8]],
    ['"abc", "7"', [7]],
  ])('lets the versions pass that it names: %s', (header, versions) => {
    expect(seenVersions(header)).toEqual(versions);
  });

  it.each(['W/"7"', '"abc"', '""', '"07"', '"7.0"', '"-"', '"a,b"', '"99999999999999999999"'])(
    'lets no version pass by a tag that is none of ours: %s',
    (header) => {
      expect(seenVersions(header)).toEqual([]);
    },
  );

  it.each(['', '7', '"7', '7"', '"6" "7"', 'w/"7"', '*, "7"', ',', '"a"b"'])(
    'cannot be read: %j',
    (header) => {
      expect(() => seenVersions(header)).toThrow(ValidationFailed);
    },
  );

  it('is read in no time, however it is made', () => {
    const started = performance.now();
    expect(() => seenVersions(`${'"7" , '.repeat(2_000)}x`)).toThrow(ValidationFailed);
    expect(() => seenVersions(`${', '.repeat(8_000)}x`)).toThrow(ValidationFailed);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe('A change', () => {
  it('is refused to who has seen another version', () => {
    expect(() => refuseStale(7, [5, 6])).toThrow(VersionMismatch);
    expect(() => refuseStale(7, [])).toThrow(VersionMismatch);
  });

  it('is open to who has seen this one, and to who does not ask', () => {
    expect(() => refuseStale(7, [6, 7])).not.toThrow();
    expect(() => refuseStale(7, undefined)).not.toThrow();
  });
});
