import type { Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import { limitOption, pageOf, printItems, type Page } from '../../platform/cli/list-command.js';
import { instant, table, type JsonOption } from '../../platform/cli/print.js';
import { storedCode } from '../../vocabulary/code.js';
import { orderId } from '../../vocabulary/order-id.js';
import type { ShipmentAnswer } from '../queries/shipment-answer.js';

type Options = JsonOption & { readonly after?: string; readonly limit: number };

/** `shipments ORDER` */
export function shipments(ask: Ask<Application>): Command {
  return command('shipments', 'List the shipments of an order, the oldest first')
    .addArgument(valueArgument('order', 'Order id', orderId))
    .addOption(valueOption('--after <shipment>', 'Start after this shipment', storedCode))
    .addOption(limitOption())
    .action((orderId: string, { after, limit, json }: Options) =>
      ask<Page<ShipmentAnswer>>({
        onDatabase: async ({ queries }) => {
          const { ListShipments } = await import('../queries/list-shipments.js');
          const found = await queries.execute(new ListShipments(orderId, after, limit + 1));
          return pageOf(found, limit, ({ shipmentId }) => shipmentId);
        },
        overRest: (service) => service.get('/v1/shipments', { orderId, after, limit }),
        show: (page) => {
          printItems(page, { json, format: formatList, none: `Nothing was shipped for order ${orderId}.` });
        },
      }),
    );
}

function formatList(shipments: readonly ShipmentAnswer[]): string {
  const rows = shipments.map(({ shipmentId, state, shippedAt, lines }) => [
    shipmentId,
    state,
    instant(new Date(shippedAt)),
    lines.map(({ sku, quantity }) => `${sku} (${quantity})`).join(', '),
  ]);
  return table(['shipment', 'state', 'shipped', 'lines'], rows);
}
