import { describe, expect, it } from '@jest/globals';
import { checkApplied } from '../../tools/chaos/broker-sender.js';
import type { LoggedEvent } from '../../tools/chaos/log.js';

const changes = (...quantities: number[]) =>
  quantities.map(
    (quantity) => ({ type: 'BatchQuantityChanged', data: { batchReference: 'B', quantity } }) as LoggedEvent,
  );

describe('Messages that were sent one after the other', () => {
  it.each([
    ['all that were taken', changes(0, 1, 2)],
    ['also one that was taken without an answer', changes(0, 1, 2, 3)],
  ])('are applied as they should if they are %s', (_, events) => {
    expect(checkApplied(events, 'B', 3)).toEqual([]);
  });

  it.each([
    ['one is lost at the end', changes(0, 1), '1 of 3 messages were not applied'],
    ['one is lost in between', changes(0, 2), 'quantity 2 was applied where 1 was due'],
    ['one is applied twice', changes(0, 1, 1, 2), 'quantity 1 was applied where 2 was due'],
    ['two change places', changes(1, 0, 2), 'quantity 1 was applied where 0 was due'],
    ['one was never sent', changes(0, 1, 2, 3, 4), '5 messages were applied, and 3 were sent'],
  ])('are not if %s', (_, events, words) => {
    expect(checkApplied(events, 'B', 3)).toEqual([words]);
  });
});
