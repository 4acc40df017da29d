import type { OnApplicationBootstrap } from '@nestjs/common';
import {
  I18nService,
  PluginCommonModule,
  RequestContextService,
  ScheduledTask,
  VendurePlugin,
  configureDefaultOrderProcess,
  defaultOrderProcess,
  type OrderProcess,
  type RuntimeVendureConfig,
} from '@vendure/core';
import { AvailableStock } from './available-stock';
import { EarmarkClient } from './earmark-client';
import { MESSAGES } from './messages';
import { EARMARK_OPTIONS, resolveOptions, type EarmarkOptions, type ResolvedOptions } from './options';
import { earmarkOrderProcess } from './order-process';
import { OrderSync } from './order-sync';
import { guarded } from './payment-guard';
import { Reservations } from './reservations';
import { Shippable } from './shippable';
import { ShopOrders } from './shop-orders';
import { EarmarkStockLocationStrategy } from './stock-location-strategy';

/** Finds what a lost job has left undone: a job that is running when its process is killed does not come back. */
export const earmarkSyncTask = new ScheduledTask({
  id: 'earmark-sync',
  description: 'Brings Earmark up to date with all orders that have changed in the last hours',
  schedule: (cron) => cron.everyHour(),
  timeout: '30m',
  params: { hours: 24 },
  async execute({ injector, params }) {
    const ctx = await injector.get(RequestContextService).create({ apiType: 'admin' });
    return injector.get(OrderSync).syncChangedSince(ctx, new Date(Date.now() - params.hours * 3_600_000));
  },
});

/** Lets a Vendure shop sell only what Earmark gives it: the last unit is sold once. */
@VendurePlugin({
  imports: [PluginCommonModule],
  providers: [
    { provide: EARMARK_OPTIONS, useFactory: () => EarmarkPlugin.options },
    { provide: EarmarkClient, useFactory: () => new EarmarkClient(EarmarkPlugin.options) },
    ShopOrders,
    Reservations,
    OrderSync,
    AvailableStock,
    Shippable,
  ],
  configuration: configure,
  compatibility: '^3.7.0',
})
export class EarmarkPlugin implements OnApplicationBootstrap {
  static options: ResolvedOptions;

  /** @throws {Error} if an option is out of its range */
  static init(options: EarmarkOptions): typeof EarmarkPlugin {
    EarmarkPlugin.options = resolveOptions(options);
    return EarmarkPlugin;
  }

  constructor(private readonly i18n: I18nService) {}

  onApplicationBootstrap(): void {
    this.i18n.addTranslation('en', MESSAGES);
  }
}

function configure(config: RuntimeVendureConfig): RuntimeVendureConfig {
  config.catalogOptions.stockLocationStrategy = new EarmarkStockLocationStrategy();
  // Vendure's own look at the stock would see units that the order holds itself as taken.
  const ownProcess = configureDefaultOrderProcess({ arrangingPaymentRequiresStock: false });
  config.orderOptions.process = [
    ...config.orderOptions.process.map((process) => (isDefault(process) ? ownProcess : process)),
    earmarkOrderProcess(),
  ];
  config.paymentOptions.paymentMethodHandlers = config.paymentOptions.paymentMethodHandlers.map(guarded);
  config.schedulerOptions.tasks = [...(config.schedulerOptions.tasks ?? []), earmarkSyncTask];
  return config;
}

/** Vendure clones what it is configured with, but not functions. */
function isDefault({ onTransitionStart }: OrderProcess<string>): boolean {
  return onTransitionStart === defaultOrderProcess.onTransitionStart;
}
