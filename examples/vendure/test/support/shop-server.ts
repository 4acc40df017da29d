import { setTimeout as sleep } from 'node:timers/promises';
import {
  DefaultJobQueuePlugin,
  DefaultLogger,
  DefaultSchedulerPlugin,
  JobQueueService,
  LanguageCode,
  LogLevel,
  PluginCommonModule,
  Populator,
  RequestContextService,
  VendurePlugin,
  ZoneService,
  bootstrap,
  dummyPaymentHandler,
  type OrderProcess,
  type VendureConfig,
} from '@vendure/core';
import { EarmarkPlugin, type EarmarkOptions } from '../../src';

/** What the test wants of the shop. */
export interface ShopSettings {
  readonly port: number;
  readonly databaseUrl: string;
  /** Null: Vendure alone. */
  readonly earmark: EarmarkOptions | null;
}

export const ADMIN = { identifier: 'superadmin', password: 'superadmin' };
/** Paid at once. */
export const CARD = 'card';
/** Authorised now, and paid when the administrator says so. */
export const INVOICE = 'invoice';
/** The process of the shop dies, as by `kill -9`, after this customer has paid and before the shop has stored it. */
export const UNLUCKY = 'unlucky';
/** The shop takes some seconds to store the payment of this customer. */
export const SLOW = 'slow';

/** What happens between the yes of Earmark and the first statement by which the shop stores the payment. */
const afterTheYes: OrderProcess<string> = {
  async onTransitionStart(_, to, { order }) {
    if (to !== 'PaymentSettled') return;
    if (order.customer?.lastName === UNLUCKY) process.kill(process.pid, 'SIGKILL');
    if (order.customer?.lastName === SLOW) await sleep(3_000);
  },
};

@VendurePlugin({
  imports: [PluginCommonModule],
  configuration: (config) => {
    config.orderOptions.process = [...config.orderOptions.process, afterTheYes];
    return config;
  },
})
class AfterTheYes {}

function configOf({ port, databaseUrl, earmark }: ShopSettings): VendureConfig {
  return {
    apiOptions: { hostname: '127.0.0.1', port, adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
    authOptions: { tokenMethod: ['bearer'], superadminCredentials: ADMIN },
    // One connection for each customer at least, or they would not pay at the same time.
    dbConnectionOptions: { type: 'postgres', url: databaseUrl, synchronize: true, extra: { max: 40 } },
    paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
    schedulerOptions: { runTasksInWorkerOnly: false },
    logger: new DefaultLogger({ level: LogLevel.Warn, timestamp: false }),
    plugins: [
      DefaultJobQueuePlugin.init({ pollInterval: 100 }),
      DefaultSchedulerPlugin.init({ manualTriggerCheckInterval: 200 }),
      ...(earmark ? [EarmarkPlugin.init(earmark), AfterTheYes] : []),
    ],
  };
}

async function main(): Promise<void> {
  const app = await bootstrap(configOf(JSON.parse(process.env['SHOP'] ?? '') as ShopSettings));
  const ctx = await app.get(RequestContextService).create({ apiType: 'admin' });
  const { totalItems } = await app.get(ZoneService).findAll(ctx);
  if (totalItems === 0) {
    await app.get(Populator).populateInitialData({
      defaultLanguage: LanguageCode.en,
      defaultZone: 'Europe',
      countries: [{ code: 'NL', name: 'Netherlands', zone: 'Europe' }],
      taxRates: [{ name: 'Standard', percentage: 21 }],
      shippingMethods: [{ name: 'Parcel', price: 500 }],
      paymentMethods: [CARD, INVOICE].map((name) => ({
        name,
        handler: {
          code: dummyPaymentHandler.code,
          arguments: [{ name: 'automaticSettle', value: String(name === CARD) }],
        },
      })),
      collections: [],
    });
  }
  await app.get(JobQueueService).start();
  console.log('The shop is open.');
}

if (require.main === module) void main();
