import { beforeEach, describe, expect, it } from '@jest/globals';
import { takeAtOnce } from '../../src/kernel/domain/steps.js';
import { BelowZero, DocumentConflict, TooManyUnits } from '../../src/allocation/domain/warehouse-errors.js';
import { Goods, restocked } from './warehouse.fixture.js';

const C1 = ['CHAIR', 'c1'] as const;

let goods: Goods;
beforeEach(async () => {
  goods = new Goods();
  await goods.buy('CHAIR', 'c1', 10, '2027-01-01');
  goods.told();
});

describe('A receipt', () => {
  it('of a part raises what is on hand, and moves no line', async () => {
    await goods.put('o1', { CHAIR: 10 });
    goods.told();
    const { isNew, result } = await goods.receive('r1', C1, 4);
    expect({ isNew, ...result }).toEqual({ isNew: true, overReceived: 0, onHand: 4, outstanding: 6 });
    expect(goods.claimsOf('o1')).toEqual({ CHAIR: ['10 of c1'] });
    expect(goods.batch('CHAIR', 'c1').eta).toBe('2027-01-01');
    expect(goods.told()).toEqual(['BatchReceived CHAIR']);
  });

  it('of a part is promised at once as far as nobody claims it (rule 3)', async () => {
    await goods.put('o1', { CHAIR: 3 });
    await goods.receive('r1', C1, 5);
    await goods.put('o2', { CHAIR: 2 });
    await goods.put('o3', { CHAIR: 2 });
    const dates = await Promise.all(
      ['o1', 'o2', 'o3'].map(async (order) => (await goods.find(order)).lines[0]),
    );
    expect(dates).toMatchObject([
      { promisedDate: '2027-01-01', claims: [{ quantity: 3, hasCome: false }] },
      { promisedDate: null, claims: [{ quantity: 2, hasCome: true }] },
      { promisedDate: '2027-01-01', claims: [{ quantity: 2, hasCome: false }] },
    ]);
  });

  it('of a part is there for all lines if they claim no more than has come', async () => {
    await goods.put('o1', { CHAIR: 3 });
    await goods.receive('r1', C1, 3);
    expect((await goods.find('o1')).lines).toMatchObject([
      { promisedDate: '2027-01-01', claims: [{ eta: '2027-01-01', hasCome: true }] },
    ]);
  });

  it('in two parts leaves a line on its batch that neither part could hold', async () => {
    await goods.put('o1', { CHAIR: 8 });
    await goods.receive('r1', C1, 5);
    await goods.receive('r2', C1, 5);
    expect(goods.claimsOf('o1')).toEqual({ CHAIR: ['8 of c1'] });
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 10, claimed: 8, available: 2 });
  });

  it('that completes the batch puts it on hand', async () => {
    await goods.receive('r1', C1, 4);
    await goods.receive('r2', C1, 6);
    expect(goods.batch('CHAIR', 'c1').state).toMatchObject({ eta: null, quantity: 10 });
    await goods.put('o1', { CHAIR: 1 });
    expect((await goods.find('o1')).lines[0]!.claims).toMatchObject([{ batchReference: 'c1', eta: null }]);
  });

  it('of more than is outstanding makes the batch larger, and says by how much', async () => {
    await goods.receive('r1', C1, 4);
    const { result } = await goods.receive('r2', C1, 9);
    expect(result).toEqual({ overReceived: 3, onHand: 13, outstanding: 0 });
    expect(goods.batch('CHAIR', 'c1').state).toMatchObject({ eta: null, quantity: 13 });
    expect(goods.facts().at(-1)).toMatchObject({
      type: 'BatchReceived',
      data: { receiptId: 'r2', batchReference: 'c1', quantity: 9, overReceived: 3, missing: 0, onHand: 13 },
    });
  });

  it('for a batch that is on hand already is all beyond what was bought', async () => {
    await goods.buy('CHAIR', 'c2', 5);
    expect((await goods.receive('r1', ['CHAIR', 'c2'], 2)).result).toEqual({
      ...{ overReceived: 2, onHand: 7, outstanding: 0 },
    });
    expect(goods.figures('CHAIR', 'c2')).toEqual({ onHand: 7, claimed: 0, available: 7 });
  });

  it('of more units than a batch can have is refused and changes nothing', async () => {
    const far = goods.receive('r1', C1, 2 ** 31 + 9);
    await expect(far).rejects.toThrow(TooManyUnits);
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 0, claimed: 0, available: 10 });
    expect(goods.told()).toEqual([]);
  });

  it('is refused in the same way if units were found, and the batch has more than were bought', async () => {
    await goods.buy('CHAIR', 'c2', 5);
    await goods.adjust('a1', ['CHAIR', 'c2'], 12);
    const far = goods.receive('r1', ['CHAIR', 'c2'], 2 ** 31 - 6);
    await expect(far).rejects.toThrow(TooManyUnits);
    expect(goods.figures('CHAIR', 'c2')).toEqual({ onHand: 17, claimed: 0, available: 17 });
  });

  it('with rejected units takes them from the batch, and the newest line leaves it', async () => {
    await goods.buy('CHAIR', 'c2', 9, '2027-06-01');
    await goods.put('o1', { CHAIR: 5 });
    await goods.put('o2', { CHAIR: 4 });
    goods.told();
    await goods.receive('r1', C1, 6, { rejected: 2 });
    expect(goods.batch('CHAIR', 'c1')).toMatchObject({ quantity: 8, onHand: 6, outstanding: 2 });
    expect([goods.claimsOf('o1'), goods.claimsOf('o2')]).toEqual([
      { CHAIR: ['5 of c1'] },
      { CHAIR: ['4 of c2'] },
    ]);
    expect(goods.told()).toEqual(['LineReallocated CHAIR', 'BatchReceived CHAIR']);
  });

  it('takes no more rejected units from the batch than are still to come', async () => {
    const { result } = await goods.receive('r1', C1, 8, { rejected: 5 });
    expect(result).toEqual({ overReceived: 0, onHand: 8, outstanding: 0 });
    expect(goods.batch('CHAIR', 'c1').state).toMatchObject({ eta: null, quantity: 8 });
    expect(goods.facts().at(-1)!.data).toMatchObject({ rejected: 5, missing: 2 });
  });

  it('that is final closes the batch, and lines that do not fit any more go', async () => {
    await goods.put('o1', { CHAIR: 4 });
    await goods.put('o2', { CHAIR: 5 });
    goods.told();
    const { result } = await goods.receive('r1', C1, 6, { isFinal: true });
    expect(result).toEqual({ overReceived: 0, onHand: 6, outstanding: 0 });
    expect(goods.batch('CHAIR', 'c1').state).toMatchObject({ eta: null, quantity: 6 });
    expect([goods.claimsOf('o1'), goods.claimsOf('o2')]).toEqual([{ CHAIR: ['4 of c1'] }, {}]);
    expect(goods.told()).toEqual(['LineDeallocated CHAIR', 'OutOfStock CHAIR', 'BatchReceived CHAIR']);
  });

  it('of nothing that is final closes a batch of which a part has come and left', async () => {
    await goods.put('o1', { CHAIR: 4 });
    await goods.receive('r1', C1, 5);
    await goods.ship('s1', 'o1');
    await goods.put('o2', { CHAIR: 3 });
    const { result } = await goods.receive('r2', C1, 0, { isFinal: true });
    expect(result).toEqual({ overReceived: 0, onHand: 1, outstanding: 0 });
    expect(goods.claimsOf('o2')).toEqual({});
    expect(goods.figures('CHAIR', 'c1')).toEqual({ onHand: 1, claimed: 0, available: 1 });
  });

  it('again changes nothing and answers as it did, whatever has happened since', async () => {
    const first = await goods.receive('r1', C1, 4);
    await goods.receive('r2', C1, 6);
    const before = goods.stock.stateOf('CHAIR');
    goods.told();
    expect(await goods.receive('r1', C1, 4)).toEqual({ isNew: false, result: first.result });
    expect(goods.stock.stateOf('CHAIR')).toEqual(before);
    expect(goods.told()).toEqual([]);
  });

  it('under the name of another one is a conflict and changes nothing', async () => {
    await goods.buy('CHAIR', 'c2', 5, '2027-01-01');
    await goods.receive('r1', C1, 4);
    const before = goods.stock.stateOf('CHAIR');
    for (const other of [
      () => goods.receive('r1', C1, 5),
      () => goods.receive('r1', ['CHAIR', 'c2'], 4),
      () => goods.receive('r1', C1, 4, { rejected: 1 }),
      () => goods.receive('r1', C1, 4, { isFinal: true }),
    ]) {
      await expect(other()).rejects.toThrow(DocumentConflict);
      await expect(other()).rejects.toMatchObject({ code: 'receipt-conflict', facts: { receiptId: 'r1' } });
    }
    expect(goods.stock.stateOf('CHAIR')).toEqual(before);
  });

  it('raises the version of its product by one', async () => {
    const { version } = goods.stock.stateOf('CHAIR');
    await goods.receive('r1', C1, 9, { rejected: 1 });
    expect(goods.stock.stateOf('CHAIR').version).toBe(version + 1);
  });
});

describe('An adjustment', () => {
  beforeEach(async () => {
    await goods.buy('TABLE', 't1', 10);
    goods.told();
  });
  const T1 = ['TABLE', 't1'] as const;

  it('adds units that were found', async () => {
    expect((await goods.adjust('a1', T1, 3, 'found')).result).toEqual({ onHand: 13 });
    expect(goods.figures('TABLE', 't1')).toEqual({ onHand: 13, claimed: 0, available: 13 });
    expect(goods.facts()).toMatchObject([
      {
        type: 'StockAdjusted',
        data: { adjustmentId: 'a1', batchReference: 't1', by: 3, reason: 'found' },
      },
    ]);
  });

  it('makes lines leave the batch if it does not hold them any more, and they are placed again', async () => {
    await goods.buy('TABLE', 't2', 5, '2027-06-01');
    await goods.put('o1', { TABLE: 6 });
    await goods.put('o2', { TABLE: 4 });
    goods.told();
    await goods.adjust('a1', T1, -2, 'broken');
    expect([goods.claimsOf('o1'), goods.claimsOf('o2')]).toEqual([
      { TABLE: ['6 of t1'] },
      { TABLE: ['4 of t2'] },
    ]);
    expect(goods.told()).toEqual(['LineReallocated TABLE', 'StockAdjusted TABLE']);
  });

  it('below what is on hand is refused and changes nothing', async () => {
    await goods.put('o1', { TABLE: 4 });
    goods.told();
    await expect(goods.adjust('a1', T1, -11)).rejects.toThrow(BelowZero);
    expect(goods.figures('TABLE', 't1')).toEqual({ onHand: 10, claimed: 4, available: 6 });
    expect(goods.told()).toEqual([]);
  });

  it('looks at what is on hand, not at what is still to come', async () => {
    await goods.receive('r1', C1, 4);
    await expect(goods.adjust('a1', C1, -5)).rejects.toMatchObject({ facts: { onHand: 4, by: -5 } });
    await goods.adjust('a1', C1, -4);
    expect(goods.batch('CHAIR', 'c1')).toMatchObject({ quantity: 6, onHand: 0, outstanding: 6 });
  });

  it('again changes nothing, and under the name of another one it is a conflict', async () => {
    await goods.adjust('a1', T1, -2, 'broken');
    expect(await goods.adjust('a1', T1, -2, 'broken')).toEqual({ isNew: false, result: { onHand: 8 } });
    await expect(goods.adjust('a1', T1, -3, 'broken')).rejects.toThrow(DocumentConflict);
    await expect(goods.adjust('a1', T1, -2, 'lost')).rejects.toMatchObject({ code: 'adjustment-conflict' });
    expect(goods.figures('TABLE', 't1').onHand).toBe(8);
  });

  it('may have the name of a receipt, since each kind has names of its own', async () => {
    await goods.receive('d1', C1, 1);
    expect(await goods.adjust('d1', C1, -1)).toEqual({ isNew: true, result: { onHand: 0 } });
  });

  it('of more units than a batch can have is refused and changes nothing', async () => {
    await expect(goods.adjust('a1', T1, 2 ** 31 - 1)).rejects.toThrow(TooManyUnits);
    expect(goods.figures('TABLE', 't1').onHand).toBe(10);
  });
});

describe('A batch whose bought quantity changes after units have left', () => {
  const T1 = ['TABLE', 't1'] as const;
  const changeBy = (by: number) =>
    goods.changeProduct({ sku: T1[0], batchReference: T1[1], resize: { by } }, (product) =>
      takeAtOnce(product.supply.changeQuantityBy(T1[1], by)),
    );

  beforeEach(async () => {
    await goods.buy('TABLE', 't1', 10);
    await goods.put('o1', { TABLE: 8 });
    await goods.ship('s1', 'o1');
    goods.told();
  });

  it('has the difference fewer', async () => {
    await changeBy(-1);
    expect(goods.batch(...T1).state).toMatchObject({ quantity: 1, goods: { shipped: 8, writtenOff: 0 } });
  });

  it('has nothing left if more has left than was bought, and the rest counts as found', async () => {
    await changeBy(-7);
    expect(goods.batch(...T1).state).toMatchObject({ quantity: 0, goods: { shipped: 8, writtenOff: -5 } });
    expect(goods.told()).toEqual(['StockAdjusted TABLE']);
  });

  it('keeps what is there if only what was bought is corrected', async () => {
    const need = { sku: T1[0], batchReference: T1[1] };
    await goods.changeProduct(need, ({ warehouse }) => warehouse.correctPurchase(T1[1], 3));
    expect(goods.batch(...T1).state).toMatchObject({ quantity: 2, goods: { shipped: 8, writtenOff: 3 } });
    expect(goods.facts()).toMatchObject([{ type: 'StockAdjusted', data: { by: -3, adjustmentId: null } }]);
  });

  it('has no more than a batch can have, and the rest counts as missing', async () => {
    await goods.adjust('a1', T1, 5);
    await changeBy(2 ** 31 - 1 - 2);
    const { quantity, goods: of } = goods.batch(...T1).state;
    expect([quantity, of?.writtenOff]).toEqual([2 ** 31 - 1, 0]);
  });
});

describe('What was bought, if it changes after units have left', () => {
  let goods: Goods;
  const change = (by: number) =>
    goods.changeProduct({ sku: 'TABLE', batchReference: 't1', resize: { by }, frees: 1_000 }, (product) =>
      takeAtOnce(product.supply.changeQuantityBy('t1', by)),
    );
  const found = () => 0 - goods.batch('TABLE', 't1').goods.writtenOff;
  const standing = () => {
    const { onHand, bought } = goods.batch('TABLE', 't1');
    return { onHand, bought };
  };

  beforeEach(async () => {
    goods = new Goods();
    await goods.buy('TABLE', 't1', 5);
    await goods.put('o1', { TABLE: 4 });
    await goods.ship('s1', 'o1');
  });

  it('leaves no more than is there, whatever was said in between', async () => {
    await change(-3);
    expect(standing()).toEqual({ onHand: 0, bought: 2 });
    await change(3);
    expect(standing()).toEqual({ onHand: 1, bought: 5 });
  });

  it('takes back what it has called found, as far as it was bought after all', async () => {
    await change(-3);
    expect(found()).toBe(2);
    await change(1);
    expect(standing()).toEqual({ onHand: 0, bought: 3 });
    expect(found()).toBe(1);
    await change(4);
    expect(standing()).toEqual({ onHand: 3, bought: 7 });
    expect(found()).toBe(0);
  });

  it('counts what was really found', async () => {
    await goods.adjust('a1', ['TABLE', 't1'], 2);
    await goods.put('o2', { TABLE: 3 });
    await goods.ship('s2', 'o2');
    await change(3);
    expect(standing()).toEqual({ onHand: 3, bought: 8 });
  });

  it('says why it found units, and why it did not after all', async () => {
    goods.facts();
    await change(-3);
    await change(3);
    expect(goods.facts().map(({ data }) => (data as { reason?: string }).reason)).toEqual([
      'more has left than was bought',
      'what has left was bought after all',
    ]);
  });

  it('takes back what was more than a batch can have', async () => {
    await change(2_147_483_647);
    expect(standing()).toEqual({ onHand: 2_147_483_647, bought: 2_147_483_652 });
    await change(-2_147_483_647);
    expect(standing()).toEqual({ onHand: 1, bought: 5 });
  });

  it('counts what came back in between', async () => {
    await change(-3);
    await goods.takeBack('b1', 'o1', restocked('TABLE', 1));
    expect(standing()).toEqual({ onHand: 1, bought: 2 });
    await change(3);
    expect(standing()).toEqual({ onHand: 2, bought: 5 });
  });
});

describe('A count', () => {
  beforeEach(async () => {
    await goods.buy('TABLE', 't1', 10);
    await goods.put('o1', { TABLE: 4 });
    goods.told();
  });
  const T1 = ['TABLE', 't1'] as const;

  it('corrects what is on hand by its difference to what was expected (rule 15)', async () => {
    await goods.ship('s1', 'o1', { TABLE: 3 });
    goods.told();
    expect(await goods.count('c1', T1, 9, 10)).toEqual({
      isNew: true,
      result: { expected: 10, variance: -1, onHand: 6 },
    });
    expect(goods.facts()).toMatchObject([
      { type: 'StockAdjusted', data: { adjustmentId: 'c1', by: -1, variance: -1, reason: 'counted' } },
    ]);
  });

  it('without what was expected makes what is on hand what was counted', async () => {
    expect((await goods.count('c1', T1, 12)).result).toEqual({ expected: 10, variance: 2, onHand: 12 });
    await goods.receive('r1', C1, 4);
    expect((await goods.count('c2', C1, 3)).result).toEqual({ expected: 4, variance: -1, onHand: 3 });
    expect(goods.batch('CHAIR', 'c1')).toMatchObject({ quantity: 9, onHand: 3, outstanding: 6 });
  });

  it('that finds what was expected is on record, too', async () => {
    expect((await goods.count('c1', T1, 10)).result).toMatchObject({ variance: 0 });
    expect(goods.facts()).toMatchObject([{ type: 'StockAdjusted', data: { by: 0, variance: 0 } }]);
  });

  it('makes lines leave the batch if it does not hold them any more', async () => {
    await goods.buy('TABLE', 't2', 5, '2027-06-01');
    await goods.count('c1', T1, 3);
    expect(goods.claimsOf('o1')).toEqual({ TABLE: ['4 of t2'] });
  });

  it('below what is on hand is refused and changes nothing', async () => {
    await goods.ship('s1', 'o1', { TABLE: 4 });
    goods.told();
    await expect(goods.count('c1', T1, 3, 10)).rejects.toThrow(BelowZero);
    expect(goods.told()).toEqual([]);
    expect(goods.figures('TABLE', 't1').onHand).toBe(6);
  });

  it('again changes nothing, also after units have moved, and under the name of another one it is a conflict', async () => {
    const first = await goods.count('c1', T1, 9);
    await goods.ship('s1', 'o1', { TABLE: 4 });
    expect(await goods.count('c1', T1, 9)).toEqual({ isNew: false, result: first.result });
    await expect(goods.count('c1', T1, 8)).rejects.toMatchObject({ code: 'count-conflict' });
    await expect(goods.count('c1', T1, 9, 10)).rejects.toThrow(DocumentConflict);
    expect(goods.figures('TABLE', 't1').onHand).toBe(5);
  });
});
