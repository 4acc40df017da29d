import { describe, expect, it } from '@jest/globals';
import { checkOvertaking, checkShownQueues } from '../../tools/chaos/queue-checks.js';
import type { EventData, LoggedEvent } from '../../tools/chaos/log.js';
import type { Recorded } from '../../tools/chaos/clients.js';

let position = 0;
const told = (type: string, data: Partial<EventData>) =>
  ({ type, key: 'DESK', position: ++position, data }) as LoggedEvent;
const policy = (backorders: string) => told('PolicyChanged', { backorders });
const waits = (name: string) => told('LineBackordered', { orderId: `queue-DESK-${name}` });
const served = (name: string, from = 'backorder') =>
  told('LineAllocated', { orderId: `queue-DESK-${name}`, from });

describe('The check of overtaking', () => {
  it('finds a line that got units while an older one waited in a strict queue', () => {
    const history = [policy('strict'), waits('5-a'), waits('5-b'), served('5-b')];
    expect(checkOvertaking(history)).toEqual([
      expect.stringContaining('queue-DESK-5-b overtook queue-DESK-5-a'),
    ]);
    expect(
      checkOvertaking([
        policy('strict'),
        waits('5-a'),
        told('LineAllocated', { orderId: 'queue-DESK-5-new' }),
      ]),
    ).toHaveLength(1);
  });

  it('lets the head be served, one of a higher priority, and any line of another queue', () => {
    expect(
      checkOvertaking([policy('strict'), waits('5-a'), waits('5-b'), served('5-a'), served('5-b')]),
    ).toEqual([]);
    expect(checkOvertaking([policy('strict'), waits('5-a'), waits('8-b'), served('8-b')])).toEqual([]);
    expect(checkOvertaking([waits('5-a'), waits('5-b'), served('5-b')])).toEqual([]);
    expect(
      checkOvertaking([policy('strict'), policy('fair-share'), waits('5-a'), waits('5-b'), served('5-b')]),
    ).toEqual([]);
  });

  it('knows a line that has left the queue, and one that is older than the head', () => {
    const ended = told('BackorderEnded', { orderId: 'queue-DESK-5-a' });
    expect(checkOvertaking([policy('strict'), waits('5-a'), waits('5-b'), ended, served('5-b')])).toEqual([]);
    const old = { orderId: 'queue-DESK-5-old', previousQuantity: 1, quantity: 2 };
    const history = [told('LineAllocated', old), policy('strict'), waits('5-a'), told('LineAmended', old)];
    expect(checkOvertaking(history)).toEqual([]);
  });
});

describe('The check of queues that were shown', () => {
  const shown = (...items: readonly object[]) =>
    [
      { call: { ask: 'show queue', sku: 'DESK' }, reply: { status: 200, body: { items } } },
    ] as unknown as Recorded[];
  const line = (name: string, unitsAhead: number, priority = 5) => ({
    ...{ orderId: `queue-DESK-${name}`, quantity: 3, priority, unitsAhead },
  });

  it('finds one in another order, or with other units ahead', () => {
    expect(checkShownQueues(shown(line('8-a', 0, 8), line('5-b', 3)))).toEqual([]);
    expect(checkShownQueues(shown(line('5-b', 0), line('8-a', 3, 8)))).toHaveLength(1);
    expect(checkShownQueues(shown(line('5-a', 0), line('5-b', 2)))).toHaveLength(1);
  });
});
