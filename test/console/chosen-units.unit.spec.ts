import { describe, expect, it } from '@jest/globals';
import { chosenUnits } from '../../console/src/pages/orders/chosen-units.js';

const chosenOf = (typed: string, most = 1_200) => chosenUnits([{ sku: 'CHAIR', typed, most }]);

describe('The units of a line that are chosen', () => {
  it('are what was typed, and none if nothing was', () => {
    expect(chosenOf(' 3 ')).toEqual({ chosen: [{ sku: 'CHAIR', quantity: 3 }], errors: {} });
    expect(chosenOf('')).toEqual({ chosen: [], errors: {} });
    expect(chosenOf('0')).toEqual({ chosen: [], errors: {} });
  });

  it('are a whole number of those that there are', () => {
    for (const typed of ['1201', '-1', '1.5', '1e2', 'all'])
      expect(chosenOf(typed)).toEqual({ chosen: [], errors: { CHAIR: 'From 0 to 1,200.' } });
  });
});
