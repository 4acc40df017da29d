import { beforeEach, describe, expect, it } from '@jest/globals';
import { TooManyLines } from '../../src/allocation/domain/reallocation-errors.js';
import type { ReallocationResult } from '../../src/allocation/domain/reallocated-lines.js';
import type { Segment, SegmentMatch, Strategy } from '../../src/allocation/domain/segment.js';
import { UnknownProduct } from '../../src/allocation/domain/unknown-product.js';
import { DEFAULT_POLICY } from '../../src/allocation/domain/policy.js';
import { Orders } from './order.fixture.js';
import { aProduct, everything, onHand } from './product.fixture.js';

const segment = (strategy: Strategy, match: SegmentMatch = {}): Segment => ({ strategy, match });
const ofChannel = (strategy: Strategy, channel: string) => segment(strategy, { channel });

describe('A reallocation run', () => {
  let orders: Orders;

  beforeEach(() => {
    orders = new Orders();
  });

  const buy = (reference: string, quantity: number, eta: string | null = null) =>
    orders.buy('CHAIR', reference, quantity, eta);
  const put = (orderId: string, quantity: number, channel: string | null = null, rest: object = {}) =>
    orders.put(orderId, { CHAIR: quantity }, { channel, whenShort: 'backorder', ...rest });
  const run = async (...segments: Segment[]) => outcomes(await orders.reallocate('CHAIR', ...segments));
  const outcomes = ({ lines }: ReallocationResult) =>
    lines.map(({ orderId, outcome, after }) => `${orderId} ${outcome} ${after?.batchReference ?? ''}`.trim());
  const claims = (...orderIds: string[]) =>
    orderIds.map((orderId) => orders.claimsOf(orderId).CHAIR?.join(' and ') ?? 'none');

  describe('lets lines that win', () => {
    it('take the units of lines that lose, which then wait', async () => {
      await buy('c1', 5);
      await put('outlet', 5, 'outlet');
      await put('vip', 5, 'vip');
      expect(await run(ofChannel('lose', 'outlet'), ofChannel('win', 'vip'))).toEqual([
        'outlet backordered',
        'vip gained c1',
      ]);
      expect(claims('outlet', 'vip')).toEqual(['none', '5 of c1']);
    });

    it('have their units earlier, and those that lose get what they leave', async () => {
      await buy('c1', 5);
      await buy('c2', 5, '2027-02-01');
      await put('outlet', 5, 'outlet');
      await put('vip', 5, 'vip');
      expect(await run(ofChannel('win', 'vip'), ofChannel('lose', 'outlet'))).toEqual([
        'outlet later c2',
        'vip earlier c1',
      ]);
    });

    it('take nothing from those that gain, and from those that match no segment', async () => {
      await buy('c1', 10);
      await put('gains', 5, 'web');
      await put('other', 5, 'shop');
      await put('vip', 5, 'vip');
      expect(await run(ofChannel('win', 'vip'), ofChannel('gain', 'web'))).toEqual([]);
    });

    it('keep what they have if there is nothing better', async () => {
      await buy('c1', 4);
      await buy('c2', 5, '2027-02-01');
      await put('outlet', 4, 'outlet');
      await put('vip', 5, 'vip');
      expect(await run(ofChannel('win', 'vip'), ofChannel('lose', 'outlet'))).toEqual([]);
      expect(claims('outlet', 'vip')).toEqual(['4 of c1', '5 of c2']);
    });

    it('have what another of them leaves, though that comes behind them', async () => {
      await buy('c1', 5);
      await buy('c2', 9, '2027-02-01');
      await put('outlet', 5, 'outlet');
      await put('second', 5, 'vip');
      await put('first', 9, 'vip', { priority: 9 });
      expect(await run(ofChannel('win', 'vip'), ofChannel('lose', 'outlet'))).toEqual([
        'outlet backordered',
        'second earlier c1',
        'first gained c2',
      ]);
    });
  });

  it('lets lines that gain have what is better, and lose nothing', async () => {
    await buy('c1', 5);
    await buy('c2', 5, '2027-02-01');
    await put('outlet', 5, 'outlet');
    await put('gains', 5, 'web');
    await put('waits', 5, 'web');
    expect(await run(ofChannel('gain', 'web'), ofChannel('lose', 'outlet'))).toEqual([
      'outlet backordered',
      'gains earlier c1',
      'waits gained c2',
    ]);
  });

  it('deals out what lines that redistribute have by priority and age', async () => {
    await buy('c1', 5);
    await put('old', 5);
    await put('important', 5, null, { priority: 9 });
    expect(await run(segment('redistribute'))).toEqual(['old backordered', 'important gained c1']);
  });

  it('leaves lines that fill what they have, and gives them what is left only', async () => {
    await buy('c1', 5);
    await put('has', 5);
    await put('waits', 5, null, { priority: 9 });
    expect(await run(segment('fill'))).toEqual([]);
    await put('vip', 5, 'vip');
    expect(await run(segment('fill', { channel: null }), ofChannel('win', 'vip'))).toEqual([
      'has backordered',
      'vip gained c1',
    ]);
  });

  it('works the strategies off in their own order, and takes a line for the first segment that it matches', async () => {
    await buy('c1', 5);
    await put('a', 5, 'web');
    await put('b', 5, 'web');
    const onlyB = segment('win', { orderIds: ['b'] });
    expect(await run(ofChannel('lose', 'web'), onlyB)).toEqual([]);
    expect(await run(onlyB, ofChannel('lose', 'web'))).toEqual(['a backordered', 'b gained c1']);
  });

  it.each<[string, SegmentMatch, string[]]>([
    ['a channel', { channel: 'web' }, ['web', 'low']],
    ['no channel', { channel: null }, ['loose']],
    ['a least priority', { priority: { min: 5 } }, ['loose', 'web']],
    ['a highest priority', { priority: { max: 4 } }, ['low']],
    ['what claims its units', { state: 'allocated' }, ['loose', 'web']],
    ['what waits', { state: 'backordered' }, ['low']],
    ['orders', { orderIds: ['web', 'unknown'] }, ['web']],
    ['everything', {}, ['loose', 'web', 'low']],
  ])('matches lines by %s', async (_, match, matched) => {
    await buy('c1', 10);
    await orders.allocate('loose', 'CHAIR', 5);
    await put('web', 5, 'web');
    await put('low', 5, 'web', { priority: 1 });
    const { segments } = await orders.reallocate('CHAIR', segment('gain', match));
    expect(segments).toMatchObject([{ strategy: 'gain', lines: matched.length }]);
  });

  it('deallocates a line that loses and may not wait', async () => {
    await buy('c1', 5);
    await put('outlet', 5, 'outlet', { whenShort: 'refuse' });
    await put('vip', 5, 'vip');
    orders.told();
    expect(await run(ofChannel('win', 'vip'), ofChannel('lose', 'outlet'))).toEqual([
      'outlet deallocated',
      'vip gained c1',
    ]);
    expect(orders.facts()).toMatchObject([
      { type: 'LineDeallocated', data: { orderId: 'outlet', reason: 'reallocation-run', strategy: 'lose' } },
      {
        type: 'LineAllocated',
        data: { orderId: 'vip', from: 'backorder', reason: 'reallocation-run', strategy: 'win' },
      },
    ]);
  });

  it('publishes what it does to each line, in one version', async () => {
    await buy('c1', 5);
    await buy('c2', 5, '2027-02-01');
    await put('a', 5, 'outlet');
    await put('b', 5, 'outlet', { priority: 4 });
    await put('vip', 5, 'vip');
    orders.told();
    await run(ofChannel('lose', 'outlet'), ofChannel('win', 'vip'));
    const run1 = { reason: 'reallocation-run', productVersion: 6 };
    expect(orders.facts()).toMatchObject([
      { type: 'LineBackordered', data: { orderId: 'b', strategy: 'lose', ...run1 } },
      { type: 'LineAllocated', data: { orderId: 'vip', strategy: 'win', from: 'backorder', ...run1 } },
      {
        type: 'LineReallocated',
        data: { orderId: 'a', strategy: 'lose', batchReference: 'c2', previousBatchReference: 'c1', ...run1 },
      },
    ]);
    expect(orders.stock.stateOf('CHAIR').version).toBe(6);
  });

  it('leaves the promised date of a line as it is', async () => {
    await buy('c1', 5);
    await buy('c2', 5, '2027-02-01');
    await put('outlet', 5, 'outlet');
    await put('vip', 5, 'vip');
    await run(ofChannel('win', 'vip'), ofChannel('lose', 'outlet'));
    expect((await orders.find('outlet')).lines).toMatchObject([{ promisedDate: null }]);
    expect((await orders.find('vip')).lines).toMatchObject([{ promisedDate: '2027-02-01' }]);
  });

  it('gives what the segments leave to lines that match none and wait (rule 12)', async () => {
    await buy('c1', 5);
    await put('outlet', 5, 'outlet');
    await put('small', 2, 'shop');
    await put('vip', 3, 'vip');
    const { lines } = await orders.reallocate('CHAIR', ofChannel('win', 'vip'), ofChannel('lose', 'outlet'));
    expect(lines).toMatchObject([
      { orderId: 'outlet', segment: 1, strategy: 'lose', outcome: 'backordered' },
      { orderId: 'small', segment: null, strategy: null, outcome: 'gained', reason: 'units-left' },
      { orderId: 'vip', segment: 0, outcome: 'gained', reason: 'reallocation-run' },
    ]);
  });

  it('leaves holds alone', async () => {
    await buy('c1', 5);
    await orders.hold('hold', { CHAIR: 5 });
    await put('vip', 5, 'vip');
    expect(await run(ofChannel('win', 'vip'), segment('lose'))).toEqual([]);
  });

  it('leaves lines on a batch that is blocked where they are, and gives nobody its units', async () => {
    await buy('c1', 5);
    await put('outlet', 5, 'outlet');
    await put('vip', 5, 'vip');
    await orders.changeProduct({ sku: 'CHAIR', batchReference: 'c1' }, (product) =>
      product.supply.changeLot('c1', { location: 'main', bestBefore: null, blocked: true }),
    );
    expect(await run(ofChannel('win', 'vip'), ofChannel('lose', 'outlet'))).toEqual([]);
  });

  it('gives a line nothing that comes after it is needed', async () => {
    await buy('c1', 5);
    await buy('c2', 5, '2027-02-01');
    await orders.put('outlet', { CHAIR: { quantity: 5, neededBy: '2027-01-31' } }, { channel: 'outlet' });
    await put('vip', 5, 'vip');
    expect(await run(ofChannel('win', 'vip'), ofChannel('lose', 'outlet'))).toEqual([
      'outlet deallocated',
      'vip earlier c1',
    ]);
  });

  it('may split a line only if its order allows that', async () => {
    await buy('c1', 3);
    await buy('c2', 3);
    await put('a', 3, 'outlet');
    await put('b', 3, 'outlet');
    await put('whole', 6, 'vip');
    expect(await run(ofChannel('win', 'vip'), ofChannel('lose', 'outlet'))).toEqual([]);
    await orders.put(
      'split',
      { CHAIR: { quantity: 5, split: true } },
      { channel: 'vip', whenShort: 'backorder' },
    );
    await run(ofChannel('win', 'vip'), ofChannel('lose', 'outlet'));
    expect(claims('split', 'a', 'b')).toEqual(['3 of c1 and 2 of c2', 'none', 'none']);
  });

  describe('of a product with protected units', () => {
    const protect = (channel: string | null, quantity: number) =>
      orders.changeProduct({ sku: 'CHAIR', frees: 0, changesPolicy: true }, (product) =>
        product.changePolicy({ ...DEFAULT_POLICY, protections: [{ channel, quantity, until: null }] }),
      );

    it('takes no claim from a line because of a protection that is set later', async () => {
      await buy('c1', 5);
      await put('a', 5, 'web');
      await protect('fair', 5);
      expect(await run(segment('lose'))).toEqual([]);
    });

    it('lets nobody have protected units by the way of another line', async () => {
      await buy('c1', 10);
      await put('a', 5, 'web');
      await protect(null, 5);
      await put('b', 5, 'vip');
      expect(await run(ofChannel('win', 'vip'), ofChannel('lose', 'web'))).toEqual([
        'a backordered',
        'b gained c1',
      ]);
      expect(orders.stock.stateOf('CHAIR').batches).toMatchObject([{ quantity: 10, allocated: 5 }]);
    });

    it('keeps what lines of the protected channel give up from others', async () => {
      await buy('c1', 5);
      await put('fair', 5, 'fair');
      await protect('fair', 5);
      await put('a', 5, 'web');
      expect(await run(ofChannel('win', 'web'), ofChannel('lose', 'fair'))).toEqual([]);
    });
  });

  it('changes nothing if it is run again', async () => {
    await buy('c1', 5);
    await buy('c2', 5, '2027-02-01');
    for (const [i, channel] of ['outlet', 'web', 'vip'].entries()) await put(`o${i}`, 4, channel);
    const segments = [ofChannel('win', 'vip'), ofChannel('redistribute', 'web'), segment('lose')];
    expect(await run(...segments)).not.toEqual([]);
    const { version } = orders.stock.stateOf('CHAIR');
    orders.told();
    expect(await run(...segments)).toEqual([]);
    expect([orders.told(), orders.stock.stateOf('CHAIR').version]).toEqual([[], version]);
  });

  it('is simulated with the same answer, and nothing changes', async () => {
    await buy('c1', 5);
    await put('outlet', 5, 'outlet');
    await put('vip', 5, 'vip');
    orders.told();
    const segments = [ofChannel('win', 'vip'), ofChannel('lose', 'outlet')];
    const simulated = await orders.simulate('CHAIR', ...segments);
    expect([orders.told(), claims('outlet', 'vip')]).toEqual([[], ['5 of c1', 'none']]);
    expect(simulated).toEqual(await orders.reallocate('CHAIR', ...segments));
  });

  it('is refused for a product that was never registered', async () => {
    await expect(run(segment('win'))).rejects.toThrow(UnknownProduct);
  });

  it('is refused if too many lines claim its units or wait for them', () => {
    const product = aProduct('CHAIR', { ...everything, hasEveryLine: false }).with(onHand('c1', 5));
    expect(() => product.reallocation.run([segment('win')])).toThrow(TooManyLines);
    expect(product.revision).toBe(0);
  });
});
