import { freshDatabase, type TestDatabase } from '../support/database.js';
import { ServiceProcess } from '../support/service-process.js';
import { Earmark } from '@earmark/client';
import { Browser } from './browser.js';

/** A service as it is installed, its console in a browser, and a client of its API beside it. */
export class ConsoleWorld {
  private constructor(
    readonly url: string,
    readonly browser: Browser,
    readonly earmark: Earmark,
    private readonly service: ServiceProcess,
    readonly database: TestDatabase,
  ) {}

  static async open(settings: Readonly<Record<string, string>> = {}): Promise<ConsoleWorld> {
    const database = await freshDatabase();
    const service = new ServiceProcess({ DATABASE_URL: database.url, ...settings });
    const url = await service.ready;
    return new ConsoleWorld(url, await Browser.open(url), new Earmark({ url }), service, database);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.service.stop('SIGTERM');
    await this.database.drop();
  }

  /** Products with batches here and to come, orders of every kind, and lines that wait. */
  async fill(): Promise<void> {
    const { batches, orders, warehouse } = this.earmark;
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    for (const sku of ['DESK', 'LAMP', 'CHAIR']) {
      await batches.register({ body: { reference: `${sku}-here`, sku, quantity: 20, location: 'ams' } });
      await batches.register({
        body: { reference: `${sku}-soon`, sku, quantity: 30, eta: day(6), supplier: 'Oak & Sons' },
      });
    }
    const put = (orderId: string, sku: string, quantity: number, more: object = {}) =>
      orders.put({ path: { orderId }, body: { lines: [{ sku, quantity }], ...more } });
    await put('order-1', 'DESK', 8);
    await put('order-2', 'DESK', 10, { channel: 'shop', priority: 3 });
    await put('order-3', 'DESK', 15);
    await put('held-1', 'CHAIR', 5, { expiresInSeconds: 3_600 });
    await put('waits-1', 'LAMP', 45, { whenShort: 'backorder' });
    await put('waits-2', 'LAMP', 60, { whenShort: 'backorder', priority: 9 });
    await warehouse.ship({
      path: { shipmentId: 'shipment-1' },
      body: { orderId: 'order-1', lines: [{ sku: 'DESK', quantity: 3 }] },
    });
    await batches.change({ path: { reference: 'DESK-soon' }, body: { eta: day(20) } });
  }
}
