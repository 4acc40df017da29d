import type { Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask, Json } from '../../platform/cli/ask.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { printResult, type JsonOption } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import { newDocumentId } from '../../vocabulary/document-id.js';
import { orderId } from '../../vocabulary/order-id.js';
import { sku } from '../../vocabulary/sku.js';
import type { ShipmentAnswer } from '../queries/shipment-answer.js';
import { formatShipment } from './format-shipment.js';
import { unitsOfSkuArgument, type UnitsOfSku } from './units-of-sku.js';

const HELP = `
Without SKU=QUANTITY, all units of the order that are on hand are shipped.
Repeating the same shipment changes nothing.

Examples:
  ship shipment-7 order-7
  ship shipment-8 order-7 SMALL-TABLE=4 LAMP=1`;

/** `ship SHIPMENT ORDER [SKU=QUANTITY…]` */
export function ship(ask: Ask<Application>): Command {
  return command('ship', 'Ship units of an order')
    .addArgument(valueArgument('shipment', 'Id that you choose for the shipment', newDocumentId))
    .addArgument(valueArgument('order', 'Order id', orderId))
    .addArgument(unitsOfSkuArgument('[lines...]', 'Units to ship, each as SKU=QUANTITY', sku))
    .addHelpText('after', HELP)
    .action((shipmentId: string, orderId: string, lines: UnitsOfSku[], options: JsonOption) => {
      const shipped = lines.length > 0 ? lines : undefined;
      return ask<ShipmentAnswer>({
        onDatabase: async ({ commands }) => {
          const { ShipOrder } = await import('../commands/ship-order.js');
          return (await commands.execute(new ShipOrder(shipmentId, orderId, shipped))).shipment;
        },
        overRest: async (service) => {
          const body = { orderId, lines: shipped };
          return (await service.put<Json<ShipmentAnswer>>(path`/v1/shipments/${shipmentId}`, body)).body;
        },
        show: (shipment) => printResult(options, shipment, formatShipment(shipment)),
      });
    });
}
