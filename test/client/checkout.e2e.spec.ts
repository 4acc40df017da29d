import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { checkOut } from '../../client/examples/checkout.js';
import { Earmark } from '../../client/src/index.js';
import { Shop } from '../support/shop.js';

let shop: Shop;
let earmark: Earmark;
let said: jest.Spied<typeof console.log>;
beforeAll(async () => {
  shop = await Shop.open();
  earmark = new Earmark({ url: shop.service.url });
  await shop.buy('PO-1', 'SMALL-TABLE', 10);
  await shop.buy('PO-2', 'LAMP', 10);
});
beforeEach(() => {
  said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => said.mockRestore());
afterAll(() => shop.close());

const CART = [
  { sku: 'SMALL-TABLE', quantity: 6 },
  { sku: 'LAMP', quantity: 1 },
];

describe('The checkout of the documentation', () => {
  it('holds the cart while it is paid, and makes it firm then', async () => {
    const states: string[] = [];
    const pay = async () => void states.push((await shop.findOrder('o-1')).body.state);

    const order = await checkOut(earmark, 'o-1', CART, pay);

    expect(states).toEqual(['held']);
    expect(order).toMatchObject({ orderId: 'o-1', state: 'allocated', expiresAt: null });
    expect(said.mock.calls.flat()).toEqual([expect.stringMatching(/^held until \d{4}-/)]);
  });

  it('says what is short before anybody pays', async () => {
    const pay = jest.fn(() => Promise.resolve());

    expect(await checkOut(earmark, 'o-2', CART, pay)).toBeNull();

    expect(pay).not.toHaveBeenCalled();
    expect(said.mock.calls.flat()).toEqual(['6 of SMALL-TABLE were wanted, 4 are available']);
    expect((await shop.findOrder('o-2')).status).toBe(404);
  });

  it('passes on every other refusal', async () => {
    const unknown = checkOut(earmark, 'o-3', [{ sku: 'GHOST', quantity: 1 }], () => Promise.resolve());
    await expect(unknown).rejects.toThrow('No batch of GHOST was ever registered.');
  });
});
