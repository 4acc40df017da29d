import { expect, it } from '@jest/globals';
import { unitWords } from '../../console/src/data/unit-words.js';

it.each([
  ['receiving goods', unitWords.toCome, '1 is still to come.', '2,000 are still to come.'],
  ['adjusting stock', unitWords.onHand, '1 is on hand', '2,000 are on hand'],
  [
    'counting stock',
    unitWords.expected,
    '1 was expected when this was opened.',
    '2,000 were expected when this was opened.',
  ],
  [
    'received goods',
    (units: number) => unitWords.afterReceipt(units, 1),
    'Then 1 unit is on hand and 1 still to come.',
    'Then 2,000 units are on hand and 1 still to come.',
  ],
  [
    'a change of the best-before date',
    unitWords.stayPromised,
    '1 unit stays promised as it is.',
    '2,000 units stay promised as they are.',
  ],
  [
    'taking a line out of an order',
    (units: number) => unitWords.becomeFree(units, 'LAMP'),
    'is free at once, and goes to lines that wait for LAMP, if there are any.',
    'are free at once, and go to lines that wait for LAMP, if there are any.',
  ],
  [
    'cancelling a shipment',
    unitWords.backFromShipment,
    '1 unit is on hand again, and the order claims it as before, on the same batches. If the order was cancelled since, it is free.',
    '2,000 units are on hand again, and the order claims them as before, on the same batches. If the order was cancelled since, they are free.',
  ],
  ['a count that found more', unitWords.variance, '1 unit was found', '2,000 units were found'],
  [
    'a count that found fewer',
    (units: number) => unitWords.variance(-units),
    '1 unit is missing',
    '2,000 units are missing',
  ],
])('The dialog of %s speaks of one unit in the singular', (_, say, ofOne, ofMany) => {
  expect(say(1)).toBe(ofOne);
  expect(say(2_000)).toBe(ofMany);
});
