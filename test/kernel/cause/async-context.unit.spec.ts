import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { AsyncContext } from '../../../src/kernel/cause/async-context.js';

describe('the value of an async context', () => {
  it('is there in all that the work starts, and nowhere else', async () => {
    const ambient = new AsyncContext<string>();
    const seen: unknown[] = [];
    const work = ambient.run('one', async () => {
      await turn();
      seen.push(ambient.current);
    });
    seen.push(ambient.current);
    await work;
    expect([...seen, ambient.current]).toEqual([undefined, 'one', undefined]);
  });

  it('stays when another piece of work ends', async () => {
    const ambient = new AsyncContext<string>();
    const [short, long] = [aGate(), aGate()];
    const ended = ambient.run('short', () => short.passed);
    const goesOn = ambient.run('long', async () => {
      await long.passed;
      return ambient.current;
    });
    short.open();
    await ended;
    long.open();
    expect(await goesOn).toBe('long');
  });

  it('is there again after a time without work, and after work that failed', async () => {
    const ambient = new AsyncContext<string>();
    await expect(ambient.run('first', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await ambient.run('second', () => turn(ambient.current))).toBe('second');
    expect(await ambient.run('third', () => turn().then(() => ambient.current))).toBe('third');
  });
});

function aGate() {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}
