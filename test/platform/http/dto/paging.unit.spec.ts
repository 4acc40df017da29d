import { describe, expect, it } from '@jest/globals';
import { page } from '../../../../src/platform/http/dto/paging.js';

const itself = (item: string) => item;

describe('A page', () => {
  it('names its last item as the cursor if there are more', () => {
    expect(page(['a', 'b', 'c'], 2, itself)).toEqual({ items: ['a', 'b'], next: 'b' });
  });

  it('has no cursor if there are no more', () => {
    expect(page(['a', 'b'], 2, itself)).toEqual({ items: ['a', 'b'], next: null });
    expect(page([], 2, itself)).toEqual({ items: [], next: null });
  });
});
