import { describe, expect, it } from '@jest/globals';
import { beforeAllThatBeginWith, onlyWithPrefix } from '../../console/src/data/code-prefix.js';

const page = (skus: readonly string[], next: string | null = skus.at(-1) ?? null) => ({
  items: skus.map((sku) => ({ sku })),
  next,
});

describe('A list of codes that begin with a prefix', () => {
  it('begins after a code that is before all of them', () => {
    const cursor = beforeAllThatBeginWith('LAMP');
    expect(['LAMP', 'LAMP-1', 'LAMP-~'].every((code) => code > cursor)).toBe(true);
    expect(['LAMO', 'LAMO-9'].every((code) => code < cursor)).toBe(true);
  });

  it('goes on as long as its pages end with one of them, whatever they begin with', () => {
    expect(onlyWithPrefix(page(['LAMO~1', 'LAMP', 'LAMP-1']), 'LAMP')).toEqual(
      page(['LAMP', 'LAMP-1'], 'LAMP-1'),
    );
    expect(onlyWithPrefix(page(['LAMP', 'LAMPS', 'TABLE']), 'LAMP')).toEqual(page(['LAMP', 'LAMPS'], null));
    expect(onlyWithPrefix(page([]), 'LAMP')).toEqual(page([]));
  });
});
