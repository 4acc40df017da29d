import type { Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask, Json } from '../../platform/cli/ask.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import { limitOption, pageOf, printItems, type Page } from '../../platform/cli/list-command.js';
import { instant, table, type JsonOption } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import { orderId } from '../../vocabulary/order-id.js';
import { wholeNumber } from '../../vocabulary/value.js';
import type { OrderHistoryEntry } from '../queries/list-order-history.js';

interface Options extends JsonOption {
  readonly after?: number;
  readonly limit: number;
}

/** `order history ORDER` */
export function orderHistory(ask: Ask<Application>): Command {
  return command('history', 'Show what happened to the lines of an order, and who did it')
    .addArgument(valueArgument('order', 'Order id', orderId))
    .addOption(valueOption('--after <position>', 'Start after this position of the log', wholeNumber()))
    .addOption(limitOption())
    .action((orderId: string, { after = 0, limit, json }: Options) =>
      ask<Page<OrderHistoryEntry>>({
        onDatabase: async ({ queries }) => {
          const { ListOrderHistory } = await import('../queries/list-order-history.js');
          const found = await queries.execute(new ListOrderHistory(orderId, after, limit + 1));
          return pageOf(found, limit, ({ position }) => position);
        },
        overRest: async (service) => {
          const history = path`/v1/orders/${orderId}/history`;
          const { items, next } = await service.get<Json<Page<OrderHistoryEntry>>>(history, { after, limit });
          return { items, next };
        },
        show: (page) => {
          printItems(page, { json, format: formatHistory, none: 'Nothing more happened to it.' });
        },
      }),
    );
}

function formatHistory(entries: readonly (OrderHistoryEntry | Json<OrderHistoryEntry>)[]): string {
  return table(
    ['position', 'at', 'by', 'event', 'sku', 'reason', 'passed over'],
    entries.map(({ position, occurredAt, actor, type, sku, reason, passedOver }) => [
      ...[position, instant(occurredAt), actor ?? '', type, sku, reason ?? ''],
      passedOver.map(({ batchReference, reason }) => `${batchReference}: ${reason}`).join(', '),
    ]),
  );
}
