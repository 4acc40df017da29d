import { expect, it } from '@jest/globals';
import { isBeside } from '../../console/src/ui/is-beside.js';

const dialog = { left: 100, right: 500, top: 50, bottom: 650 };

it('is beside a dialog only outside of its box, which its scrollbar is a part of', () => {
  expect(isBeside({ clientX: 99, clientY: 300 }, dialog)).toBe(true);
  expect(isBeside({ clientX: 300, clientY: 651 }, dialog)).toBe(true);
  expect(isBeside({ clientX: 495, clientY: 300 }, dialog)).toBe(false);
});
