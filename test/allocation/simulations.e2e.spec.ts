import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SimulationBody, StepBody } from '../../client/src/index.js';
import { eventually } from '../../testing/eventually.js';
import type { Answer } from '../support/service.js';
import { Shop } from '../support/shop.js';

const FAR = '2097-01-01';
const FARTHER = '2097-06-01';

type Step = StepBody;
type Simulated = SimulationBody;

let shop: Shop;
/** Each test has orders, batches and SKUs of its own. */
let prefix: string;
let tests = 0;

beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

beforeEach(async () => {
  prefix = `t${++tests}-`;
  await shop.buy(named('c1'), named('CHAIR'), 10);
  await shop.buy(named('c2'), named('CHAIR'), 10, FAR);
});

const named = (name: string) => prefix + name;
const CHAIR = () => named('CHAIR');

async function simulate(...steps: Step[]): Promise<Simulated> {
  const answer = await shop.simulate(...steps);
  expect([answer.status, answer.body]).toEqual([200, answer.body]);
  return answer.body;
}

/** The call that a step stands for. */
function call(step: Step): Promise<Answer<unknown>> {
  const [name, facts] = Object.entries(step)[0] as unknown as [keyof Step, Record<string, unknown>];
  const body = { ...facts };
  const take = (field: string) => {
    const value = body[field] as string;
    delete body[field];
    return encodeURIComponent(value);
  };
  const { service } = shop;
  if (name === 'order') return service.request('PUT', `/v1/orders/${take('orderId')}`, body);
  if (name === 'allocate') return service.request('POST', '/v1/allocations', body);
  if (name === 'register') return service.request('POST', '/v1/batches', body);
  if (name === 'receive') return service.request('PUT', `/v1/receipts/${take('receiptId')}`, body);
  if (name === 'ship') return service.request('PUT', `/v1/shipments/${take('shipmentId')}`, body);
  if (name === 'policy') return service.request('PUT', `/v1/products/${take('sku')}/policy`, body);
  return service.request('PATCH', `/v1/batches/${take('reference')}`, body);
}

const position = async () => (await shop.events({ limit: 500 })).body.items.at(-1)?.position ?? 0;

async function newEvents(after: number) {
  const { items } = (await shop.events({ after, limit: 500 })).body;
  return items.map(({ type, version, key, data }) => ({ type, version, key, data }));
}

/** Each step, simulated first, has to answer and publish the same when it is done. */
async function expectSameWhenDone(...steps: Step[]): Promise<Simulated> {
  const simulation = await simulate(...steps);
  for (const [i, step] of steps.entries()) {
    const { status, body, problem, events } = simulation.steps[i]!;
    const before = await position();
    const done = await call(step);
    const { instance: _, shippedAt: __, ...said } = done.body as Record<string, unknown>;
    const { shippedAt: ___, ...simulated } = (body ?? problem) as Record<string, unknown>;
    expect(done.status).toBe(status);
    expect(await newEvents(before)).toEqual(events);
    if ('reference' in said && status < 300)
      await eventually('the figures are those that were simulated', async () => {
        const { body: batch } = await shop.batch(said.reference as string);
        return JSON.stringify(sortedOf(batch)) === JSON.stringify(sortedOf(simulated));
      });
    else expect(said).toEqual(simulated);
  }
  return simulation;
}

const sortedOf = (body: object) => Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1));

describe('POST /v1/simulations', () => {
  it('answers and publishes for each kind of step what its call does', async () => {
    const lines = [{ sku: CHAIR(), quantity: 6 }];
    const batchReference = named('c2');
    const { steps } = await expectSameWhenDone(
      { order: { orderId: named('o1'), lines, priority: 7 } },
      { allocate: { orderId: named('o2'), sku: CHAIR(), quantity: 4 } },
      { allocate: { orderId: named('o2'), sku: CHAIR(), quantity: 4 } },
      { allocate: { orderId: named('o3'), sku: CHAIR(), quantity: 8 } },
      { allocate: { orderId: named('o4'), sku: CHAIR(), quantity: 80 } },
      { register: { reference: named('c3'), sku: CHAIR(), quantity: 80, eta: FARTHER } },
      { allocate: { orderId: named('o4'), sku: CHAIR(), quantity: 40 } },
      { changeQuantity: { reference: named('c1'), quantity: 5 } },
      { reschedule: { reference: named('c3'), eta: FAR } },
      { receive: { receiptId: named('r1'), batchReference, quantity: 5 } },
      { ship: { shipmentId: named('s1'), orderId: named('o3'), lines: [{ sku: CHAIR(), quantity: 3 }] } },
      { ship: { shipmentId: named('s2'), orderId: named('o9') } },
      { policy: { sku: CHAIR(), protections: [{ channel: null, quantity: 1_000 }] } },
      { order: { orderId: named('o5'), lines: [{ sku: CHAIR(), quantity: 1 }] } },
      { policy: { sku: named('TABLE') } },
    );
    expect(steps.map(({ status }) => status)).toEqual([
      ...[201, 201, 200, 201, 409, 201, 201, 200, 200, 201, 201, 404, 200, 409, 404],
    ]);
  });

  it('refuses as the calls would what they name wrongly', async () => {
    const { steps } = await expectSameWhenDone(
      { changeQuantity: { reference: named('nope'), quantity: 5 } },
      { reschedule: { reference: named('nope'), eta: null } },
      { receive: { receiptId: named('r1'), batchReference: named('nope'), quantity: 5 } },
      { register: { reference: named('c1'), sku: named('TABLE'), quantity: 10 } },
      { register: { reference: named('c1'), sku: CHAIR(), quantity: 11 } },
      { allocate: { orderId: named('o1'), sku: named('TABLE'), quantity: 4 } },
    );
    expect(steps.map(({ status }) => status)).toEqual([404, 404, 422, 409, 409, 422]);
  });

  it('says which lines would move, and which would get another date', async () => {
    await shop.order(named('o1'), CHAIR(), 6);
    await shop.order(named('o2'), CHAIR(), 4);
    await shop.order(named('o3'), CHAIR(), 2);
    const { changedLines, more } = await simulate(
      { reschedule: { reference: named('c2'), eta: FARTHER } },
      { changeQuantity: { reference: named('c1'), quantity: 7 } },
      { allocate: { orderId: named('o4'), sku: CHAIR(), quantity: 1 } },
    );
    const place = (quantity: number, batch: string, eta: string | null) => ({
      quantity,
      batchReference: named(batch),
      eta,
    });
    const its = { sku: CHAIR() };
    expect(changedLines).toEqual([
      { orderId: named('o2'), ...its, before: place(4, 'c1', null), after: place(4, 'c2', FARTHER) },
      { orderId: named('o3'), ...its, before: place(2, 'c2', FAR), after: place(2, 'c2', FARTHER) },
      { orderId: named('o4'), ...its, before: null, after: place(1, 'c1', null) },
    ]);
    expect(more).toBe(false);
  });

  it('writes nothing, raises no version and publishes nothing', async () => {
    await shop.order(named('o1'), CHAIR(), 6);
    const look = async () => [(await shop.product(CHAIR())).body, await position()];
    const before = await look();
    await simulate(
      { changeQuantity: { reference: named('c1'), quantity: 0 } },
      { order: { orderId: named('o2'), lines: [{ sku: CHAIR(), quantity: 1 }] } },
      { ship: { shipmentId: named('s1'), orderId: named('o1') } },
    );
    expect(await look()).toEqual(before);
    expect((await shop.findOrder(named('o2'))).status).toBe(404);
  });

  it.each([
    [
      'a step with two fields',
      () => [{ allocate: aLine(), reschedule: { reference: 'PO', eta: null } }],
      'steps',
    ],
    ['a step without a field', () => [{}], 'steps'],
    ['a call that cannot be simulated', () => [{ count: { sku: 'CHAIR' } }], 'steps.0.count'],
    ['no step', () => [], 'steps'],
    ['more than 100 steps', () => Array.from({ length: 101 }, () => ({ allocate: aLine() })), 'steps'],
    [
      'a body that its call would refuse',
      () => [{ allocate: { ...aLine(), quantity: 0 } }],
      'steps.0.allocate.quantity',
    ],
    ['a step that is no object', () => [{ allocate: [] }], 'steps.0.allocate'],
    ['a date that is left out', () => [{ reschedule: { reference: 'PO' } }], 'steps.0.reschedule.eta'],
  ])('refuses %s', async (_what, steps, field) => {
    const refused = await shop.service.request('POST', '/v1/simulations', { steps: steps() });
    const { type, errors } = refused.body as { type: string; errors: { field: string }[] };
    expect([refused.status, type]).toEqual([400, 'urn:earmark:problem:validation-failed']);
    expect(errors.map((error) => error.field)).toContain(field);
  });
});

const aLine = () => ({ orderId: 'order-1', sku: 'CHAIR', quantity: 1 });
