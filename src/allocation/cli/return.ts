import { Option, type Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import { printResult, table, type JsonOption } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import { newDocumentId } from '../../vocabulary/document-id.js';
import { orderId } from '../../vocabulary/order-id.js';
import { reason } from '../../vocabulary/reason.js';
import { sku } from '../../vocabulary/sku.js';
import type { ReturnAnswer } from '../commands/return-goods.js';
import { formatBatches } from './format-shipment.js';
import { unitsOfSkuArgument, type UnitsOfSku } from './units-of-sku.js';

const HELP = `
The units go back to the batches that they came from. Repeating the same return
changes nothing.

Examples:
  return return-7 order-7 SMALL-TABLE=1
  return return-8 order-7 LAMP=2 --scrap --reason "broken glass"`;

interface Options extends JsonOption {
  readonly scrap?: boolean;
  readonly reason?: string;
}

/** `return RETURN ORDER SKU=QUANTITY…` */
export function returnGoods(ask: Ask<Application>): Command {
  return command('return', 'Record units of an order that came back')
    .addArgument(valueArgument('return', 'Id that you choose for the return', newDocumentId))
    .addArgument(valueArgument('order', 'Order id', orderId))
    .addArgument(unitsOfSkuArgument('<lines...>', 'Units that came back, each as SKU=QUANTITY', sku))
    .addOption(
      new Option('--scrap', 'The units cannot be used; without this option they can be promised again'),
    )
    .addOption(valueOption('--reason <reason>', 'Why, in a few words', reason))
    .addHelpText('after', HELP)
    .action(
      (
        returnId: string,
        orderId: string,
        lines: UnitsOfSku[],
        { scrap = false, reason, ...options }: Options,
      ) => {
        const disposition = scrap ? ('scrap' as const) : ('restock' as const);
        const how = { disposition, ...(reason !== undefined && { reason }) };
        const returned = lines.map((line) => ({ ...line, ...how }));
        return ask<ReturnAnswer>({
          onDatabase: async ({ commands }) => {
            const { ReturnGoods } = await import('../commands/return-goods.js');
            return (await commands.execute(new ReturnGoods(returnId, orderId, returned))).answer;
          },
          overRest: async (service) => {
            const body = { orderId, lines: returned };
            return (await service.put<ReturnAnswer>(path`/v1/returns/${returnId}`, body)).body;
          },
          show: (answer) => {
            const rows = answer.lines.map(({ sku, quantity, disposition, batches }) => [
              ...[sku, quantity, disposition, formatBatches(batches)],
            ]);
            printResult(
              options,
              answer,
              `Return ${returnId} of order ${orderId}:\n${table(['sku', 'quantity', 'disposition', 'batches'], rows)}`,
            );
          },
        });
      },
    );
}
