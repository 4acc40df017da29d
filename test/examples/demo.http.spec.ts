import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api } from '../../examples/demo/api.js';
import { compareClaims } from '../../examples/demo/check.js';
import { inParallel, Turns } from '../../examples/demo/in-parallel.js';
import type { ClaimEvent, StandingClaim } from '../../examples/demo/claim-history.js';
import { furnitureMonth } from '../../examples/month.js';
import { planOf, type PlannedOrder } from '../../examples/plan.js';
import { table } from '../../examples/demo/text.js';

const chairs = { orderId: 'SO-1', sku: 'OAK-CHAIR', quantity: 4, batchReference: 'PO-1' };
const lamp = { orderId: 'SO-1', sku: 'BRASS-LAMP', quantity: 1, batchReference: 'PO-2' };

const allocated = (line: StandingClaim): ClaimEvent => {
  return { type: 'LineAllocated', data: { ...line, eta: null, productVersion: 1 } };
};
const held = (line: StandingClaim): ClaimEvent => {
  const expiresAt = '2026-11-02T12:00:00.000Z';
  return { type: 'LineHeld', data: { ...line, eta: null, expiresAt, productVersion: 1 } };
};
const givenBack = (line: StandingClaim): ClaimEvent => {
  return { type: 'LineDeallocated', data: { ...line, reason: 'batch-shrunk', productVersion: 2 } };
};
const shipped = ({ batchReference, quantity, ...line }: StandingClaim): ClaimEvent => {
  const claims = [{ batchReference, quantity }];
  return { type: 'LineShipped', data: { ...line, quantity, claims, shipmentId: 'S-1', productVersion: 2 } };
};
const moved = (line: StandingClaim, previousBatchReference: string): ClaimEvent => {
  const data = {
    ...line,
    previousBatchReference,
    reason: 'batch-shrunk',
    eta: null,
    productVersion: 2,
  } as const;
  return { type: 'LineReallocated', data };
};

describe('The check of the demo', () => {
  const broken = (...args: Parameters<typeof compareClaims>) => compareClaims(...args).map((it) => it.broken);

  it('passes if tables, event log and promises agree', () => {
    expect(broken([chairs, lamp], [allocated(chairs), allocated(lamp)], [chairs, lamp])).toEqual([0, 0]);
  });

  it('follows a line to another batch, and accepts one that was given back', () => {
    const log = [allocated(chairs), allocated(lamp), moved({ ...chairs, batchReference: 'PO-3' }, 'PO-1')];
    const table = [{ ...chairs, batchReference: 'PO-3' }];
    expect(broken(table, [...log, givenBack(lamp)], [chairs, lamp])).toEqual([0, 0]);
  });

  it('follows a line that a reallocation run lets wait, and one that gets its units', () => {
    const { batchReference, quantity, ...line } = chairs;
    const lost: ClaimEvent = {
      type: 'LineBackordered',
      data: {
        ...{ ...line, quantity, reason: 'reallocation-run', strategy: 'lose', productVersion: 2 },
        ...{ split: false, neededBy: null, priority: 5, expiresAt: null },
        previousClaims: [{ batchReference, quantity }],
      },
    };
    const won = { ...chairs, orderId: 'SO-2' };
    expect(broken([won], [allocated(chairs), lost, allocated(won)], [won])).toEqual([0, 0]);
    expect(broken([chairs, won], [allocated(chairs), lost, allocated(won)], [won])).toEqual([1, 0]);
  });

  it('accepts a line that has left, all of it or a part', () => {
    const part = { ...chairs, quantity: 3 };
    const log = [allocated(chairs), allocated(lamp), shipped(part), shipped(lamp)];
    expect(broken([{ ...chairs, quantity: 1 }], log, [chairs, lamp])).toEqual([0, 0]);
  });

  it('finds a lost line', () => {
    expect(broken([chairs], [allocated(chairs), allocated(lamp)], [chairs, lamp])).toEqual([1, 1]);
  });

  it('finds a line that stands on two batches although one was claimed', () => {
    const twice = [chairs, { ...chairs, batchReference: 'PO-3' }];
    expect(broken(twice, [allocated(chairs)], [chairs])).toEqual([1, 1]);
  });

  it('finds a line that is still claimed after it was given back', () => {
    const log = [allocated(chairs), allocated(lamp), givenBack(lamp)];
    expect(broken([chairs, lamp], log, [chairs, lamp])).toEqual([1, 0]);
  });

  it('finds a log that contradicts itself', () => {
    expect(broken([chairs], [allocated(chairs), allocated(chairs)], [chairs])).toEqual([1, 0]);
    expect(broken([chairs], [held(lamp), allocated(chairs), shipped(lamp), shipped(lamp)], [chairs])).toEqual(
      [1, 0],
    );
  });
});

describe('The customers of the demo', () => {
  it('all come, and never more than the limit at a time', async () => {
    let here = 0;
    let most = 0;
    const served: number[] = [];
    await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (customer) => {
      most = Math.max(most, (here += 1));
      await Promise.resolve();
      served.push(customer);
      here -= 1;
    });
    expect(most).toBe(3);
    expect(served).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('stop coming after the first failure', async () => {
    const served: number[] = [];
    const work = async (customer: number) => {
      await Promise.resolve();
      if (customer === 2) throw new Error('out of paper');
      served.push(customer);
    };
    await expect(inParallel(Array(100).keys(), 2, work)).rejects.toThrow('out of paper');
    expect(served.length).toBeLessThan(5);
  });

  it('send the lines of one order one after the other', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const line = (text: string) => async () => {
      seen.push(`${text} sent`);
      await Promise.resolve();
      seen.push(`${text} answered`);
    };
    await Promise.all([turns.take('SO-1', line('first')), turns.take('SO-1', line('second'))]);
    expect(seen).toEqual(['first sent', 'first answered', 'second sent', 'second answered']);
  });
});

describe('The client of the demo', () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.close();
  });

  /** A service that gives these answers, one after the other. */
  async function serving(...answers: [status: number, body: object][]): Promise<Api> {
    server = createServer((request, response) => {
      const [status, body] = answers.shift() ?? [500, {}];
      request.resume();
      response.writeHead(status, { 'retry-after': '0', connection: 'close' }).end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Api(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  const order: PlannedOrder = { orderId: 'SO-1', lines: [chairs], whenShort: 'refuse', kind: 'firm' };
  const answer = { orderId: 'SO-1', state: 'allocated', lines: [] };

  it('retries when the service is overloaded', async () => {
    const api = await serving([503, { type: 'urn:earmark:problem:busy' }], [201, answer]);
    expect(await api.put(order)).toEqual({ kind: 'accepted', isNew: true, order: answer });
  });

  it('returns a refusal as an answer', async () => {
    const lines = [{ sku: 'OAK-CHAIR', requested: 4 }];
    const api = await serving([409, { type: 'urn:earmark:problem:out-of-stock', lines }]);
    expect(await api.put(order)).toEqual({ kind: 'out-of-stock', short: lines });
  });

  it('reports an unexpected answer with its content', async () => {
    const api = await serving([400, { type: 'urn:earmark:problem:validation-failed' }]);
    await expect(api.put(order)).rejects.toThrow('PUT /v1/orders/SO-1 answered 400');
  });

  it('reads every page of a list', async () => {
    const event = (type: string) => ({ type, data: {} });
    const api = await serving(
      [200, { items: [event('BatchRegistered')], next: 1 }],
      [200, { items: [event('LineAllocated')], next: null }],
    );
    const types: string[] = [];
    for await (const { type } of api.events()) types.push(type);
    expect(types).toEqual(['BatchRegistered', 'LineAllocated']);
  });
});

describe('The plan of the demo', () => {
  const days = planOf(furnitureMonth());
  const orders = days.flatMap((day) => day.orders);

  it('has 20,000 lines in some 9,000 orders, a tenth of them holds, of which a third is forgotten', () => {
    const lines = orders.reduce((sum, order) => sum + order.lines.length, 0);
    expect(lines).toBeGreaterThan(19_000);
    expect(new Set(orders.map(({ orderId }) => orderId)).size).toBeGreaterThan(7_000);
    const holds = orders.filter(({ kind }) => kind !== 'firm');
    expect(holds.length / orders.length).toBeCloseTo(0.1, 1);
    expect(holds.filter(({ kind }) => kind === 'forgotten').length / holds.length).toBeCloseTo(1 / 3, 1);
  });

  it('receives goods in parts, some of them broken, and some too few', () => {
    const arrivals = days.flatMap((day) => day.arrivals);
    expect(arrivals.filter(({ receiptId }) => receiptId.endsWith('-in-1')).length).toBeGreaterThan(20);
    expect(arrivals.some(({ rejected }) => rejected > 0)).toBe(true);
    expect(arrivals.some(({ isFinal }) => isFinal)).toBe(true);
  });

  it('is the same on every run', () => {
    expect(planOf(furnitureMonth())).toEqual(days);
  });
});

describe('The tables of the demo', () => {
  it('align numbers to the right and texts to the left', () => {
    const rows = [
      ['Lines', 20_000, 'all'],
      ['Refused', 7, 'some'],
    ];
    expect(table(rows)).toBe('  Lines    20,000  all\n  Refused       7  some');
  });
});
