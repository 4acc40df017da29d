import { describe, expect, it } from '@jest/globals';
import { compareBytes } from '../../src/kernel/domain/compare-bytes.js';
import { codesThatBeginWith } from '../../console/src/data/code-prefix.js';

const CODES = ['DESK', 'DESK-2', 'DESKTOP', 'DESL', 'desk-lamp', 'lamp'];

describe('Codes that begin with what is typed', () => {
  const asked: string[] = [];
  const list = ({ after, limit }: { after: string; limit: number }) => {
    asked.push(after);
    const sorted = CODES.toSorted(compareBytes);
    return Promise.resolve(sorted.filter((code) => compareBytes(code, after) > 0).slice(0, limit));
  };

  it('are found as they were typed, and in capitals', async () => {
    expect(await codesThatBeginWith('desk', 6, list)).toEqual(['desk-lamp', 'DESK', 'DESK-2', 'DESKTOP']);
  });

  it('are no more than are asked for', async () => {
    expect(await codesThatBeginWith('DESK', 2, list)).toEqual(['DESK', 'DESK-2']);
  });

  it('are asked for once if there are no small letters', async () => {
    asked.length = 0;
    await codesThatBeginWith('4711', 6, list);
    expect(asked).toHaveLength(1);
  });
});
