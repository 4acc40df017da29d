import { describe, expect, it } from '@jest/globals';
import type { Recorded } from '../../tools/chaos/clients.js';
import { lostWrites, outagesOf } from '../../tools/chaos/failover-checks.js';
import type { FailoverRecord } from '../../tools/chaos/failover-faults.js';
import type { LoggedEvent } from '../../tools/chaos/log.js';
import { checkFollowed } from '../../tools/chaos/log-follower.js';

const event = (position: number, correlationId = `call-${position}`) =>
  ({ position, id: `e${position}`, correlationId }) as LoggedEvent;

describe('What a reader outside was given', () => {
  const log = [event(1), event(2), event(5)];
  const given = (...positions: number[]) => positions.map((position) => ({ position, id: `e${position}` }));

  it('is right if it is the log', () => {
    expect(checkFollowed(given(1, 2, 5), log)).toEqual([]);
  });

  it.each([
    ['an event is missing', given(1, 5), 'a reader was not given 1 events, such as that at 2'],
    ['an event came twice', given(1, 2, 2, 5), 'a reader was given 1 events twice'],
    ['the order is another one', given(2, 1, 5), 'another order'],
    ['an event is gone', [...given(1, 2), { position: 3, id: 'lost' }, ...given(5)], 'lost at 3'],
    ['an event stands at another position', [...given(1, 2), { position: 4, id: 'e5' }], 'e5 at 4'],
  ])('is wrong if %s', (_, followed, words) => {
    expect(checkFollowed(followed, log).join()).toContain(words);
  });
});

describe('Writes of a failover', () => {
  const call = (traceId: string, status: number | null, returnedAt = 0): Recorded => ({
    call: { ask: 'allocate', orderId: 'o', sku: 'LAMP', quantity: 1, split: false },
    traceId,
    invokedAt: returnedAt - 5,
    returnedAt,
    reply: status === null ? null : { status, body: null },
  });

  it('count as lost if they were answered with 201 and the log has no event of them', () => {
    const calls = [
      call('call-1', 201),
      call('gone', 201),
      call('old', 200),
      call('busy', 503),
      call('cut', null),
    ];
    expect(lostWrites(calls, [event(1)]).map(({ traceId }) => traceId)).toEqual(['gone']);
  });

  it('fail for as long as none succeeds, from the failover to the next one', () => {
    const at = (startedAt: number) => ({ startedAt }) as FailoverRecord;
    const calls = [
      ...[90, 900, 950, 2_100, 2_300].map((time) => call('done', 201, time)),
      call('busy', 503, 300),
    ];
    const longest = (...failovers: number[]) =>
      outagesOf(calls, failovers.map(at)).map((each) => each.longest);
    expect(longest(100, 1_000, 2_000)).toEqual([800, 1_000, 200]);
    // No write had succeeded again when the next failover began.
    expect(longest(100, 2_000)).toEqual([1_050, 200]);
    expect(longest(2_400)).toEqual([0]);
  });
});
