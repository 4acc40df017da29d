import { describe, expect, it } from '@jest/globals';
import { Busy } from '../../../src/kernel/domain/errors.js';
import { CommitInDoubt } from '../../../src/kernel/postgres/retry.js';
import { BulkGate } from '../../../src/kernel/unit-of-work/bulk-gate.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the bulk gate', () => {
  it('admits no more changes at a time than it has places, first come, first served', async () => {
    const gate = new BulkGate(2);
    const begun: number[] = [];
    const end: (() => void)[] = [];
    const all = Array.from({ length: 5 }, (_, i) =>
      gate.pass(() => {
        begun.push(i);
        return new Promise<number>((resolve) => end.push(() => resolve(i)));
      }),
    );
    await settled();
    expect(begun).toEqual([0, 1]);
    end[1]!();
    await settled();
    expect(begun).toEqual([0, 1, 2]);
    for (const i of [0, 2, 3, 4]) {
      end[i]!();
      await settled();
    }
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4]);
  });

  it('lets no small change pass a large one that waits for more places', async () => {
    const gate = new BulkGate(3);
    const begun: string[] = [];
    const end = new Map<string, () => void>();
    const pass = (name: string, size: number) =>
      gate.pass(() => {
        begun.push(name);
        return new Promise<void>((resolve) => end.set(name, resolve));
      }, size);
    const all = [pass('two', 2), pass('three', 3), pass('one', 1)];
    await settled();
    expect(begun).toEqual(['two']);
    end.get('two')!();
    await settled();
    expect(begun).toEqual(['two', 'three']);
    end.get('three')!();
    await settled();
    expect(begun).toEqual(['two', 'three', 'one']);
    end.get('one')!();
    await Promise.all(all);
  });

  it('frees the place of a change that fails', async () => {
    const gate = new BulkGate(1);
    const failure = new Error('broken');
    await expect(gate.pass(() => Promise.reject(failure))).rejects.toBe(failure);
    expect(await gate.pass(() => Promise.resolve('next'))).toBe('next');
  });

  it('retries a change that is refused because the service is overloaded', async () => {
    const answers = [new Busy('full'), new Busy('full'), 'done'];
    const change = () => {
      const answer = answers.shift();
      return answer instanceof Busy ? Promise.reject(answer) : Promise.resolve(answer);
    };
    expect(await new BulkGate(1).pass(change)).toBe('done');
  });

  it('gives up when the overload lasts for longer than its patience', async () => {
    const busy = new Busy('full');
    await expect(new BulkGate(1, 0).pass(() => Promise.reject(busy))).rejects.toBe(busy);
  });

  it.each([
    ['while the database cannot be reached', { code: 'ECONNREFUSED' }],
    ['a change that may have been made', new CommitInDoubt()],
  ])('does not retry %s', async (_, cause) => {
    const busy = Object.assign(new Busy('not now'), { cause });
    let calls = 0;
    const change = () => {
      calls++;
      return Promise.reject(busy);
    };
    await expect(new BulkGate(1).pass(change)).rejects.toBe(busy);
    expect(calls).toBe(1);
  });
});
