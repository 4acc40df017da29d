import type { EarmarkOptions } from '../../src';
import { Customer, crowd } from './customer';
import { Earmark, type OrderInEarmark } from './earmark';
import { eventually } from './eventually';
import { Gateway } from './gateway';
import { startPostgres } from './postgres';
import { Shop, type Variant } from './shop';

/** A shop with the plugin, Earmark, and a wire between them that can be cut. */
export class World {
  #products = 0;

  private constructor(
    readonly earmark: Earmark,
    readonly wire: Gateway,
    readonly shop: Shop,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(options: Partial<EarmarkOptions> = {}): Promise<World> {
    const ends: (() => Promise<void>)[] = [];
    const stop = async () => {
      for (const end of ends.reverse()) await end();
    };
    try {
      const postgres = await startPostgres();
      ends.push(() => postgres.stop());
      await postgres.createDatabase('vendure');
      await postgres.createDatabase('earmark');
      const earmark = await Earmark.start(postgres.urlOf('earmark'));
      ends.push(() => earmark.stop());
      const wire = new Gateway(earmark.url);
      await wire.start();
      ends.push(() => wire.stop());
      const settings = { url: wire.url, key: earmark.shopKey, timeoutMs: 2_000, ...options };
      const shop = await Shop.open(postgres.urlOf('vendure'), settings);
      ends.push(() => shop.close());
      return new World(earmark, wire, shop, stop);
    } catch (error) {
      await stop();
      throw error;
    }
  }

  /** A product of the shop, with so many units on hand in Earmark. Vendure's own stock says 0. */
  async product(name: string, units: number): Promise<Variant> {
    const sku = `${name.toUpperCase()}-${++this.#products}`;
    if (units > 0) await this.earmark.register(`PO-${sku}`, sku, units);
    return this.shop.addProduct(name, sku);
  }

  customer(name = 'customer'): Customer {
    return new Customer(this.shop, name);
  }

  crowd(size: number, variant: Variant, quantity = 1): Promise<Customer[]> {
    return crowd(this.shop, size, (customer) => customer.fillsCart(variant, quantity));
  }

  /** Until Earmark knows the order as it should be. */
  async inEarmark(
    customer: Customer,
    what: string,
    isSo: (order: OrderInEarmark) => boolean,
  ): Promise<OrderInEarmark> {
    const { code } = await customer.order();
    return eventually(`order ${code} is ${what}`, async () => {
      const order = await this.earmark.order(code);
      return order !== null && isSo(order) && order;
    });
  }
}
