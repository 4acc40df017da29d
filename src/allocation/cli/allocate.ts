import { Option, type Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { newOrderId } from '../../vocabulary/order-id.js';
import { quantity } from '../../vocabulary/quantity.js';
import { newSku } from '../../vocabulary/sku.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { formatDates } from '../../platform/cli/format-dates.js';
import { printResult, type JsonOption } from '../../platform/cli/print.js';
import type { AllocatedLine, BackorderedLine } from '../commands/allocate-line.js';
import type { WantedOrder } from '../domain/wanted-order.js';

interface Options extends JsonOption {
  readonly whenShort?: WantedOrder['whenShort'];
}

type AllocationOutcome = Pick<AllocatedLine, 'allocation'> | Pick<BackorderedLine, 'backorder'>;

/** `allocate ORDER SKU QTY` */
export function allocate(ask: Ask<Application>): Command {
  return command('allocate', 'Allocate an order line to a batch; repeating it is safe')
    .addArgument(valueArgument('order', 'Order id', newOrderId))
    .addArgument(valueArgument('sku', 'SKU of the product', newSku))
    .addArgument(valueArgument('quantity', 'Quantity in units', quantity))
    .addOption(
      new Option(
        '--when-short <way>',
        'If no batch can hold the line: refuse it (default), or let it wait for units (backorder)',
      ).choices(['refuse', 'backorder']),
    )
    .action((orderId: string, sku: string, quantity: number, { json, whenShort }: Options) => {
      const line = { orderId, sku, quantity, ...(whenShort && { whenShort }) };
      return ask<AllocationOutcome>({
        onDatabase: async ({ commands }) => {
          const { AllocateLine } = await import('../commands/allocate-line.js');
          return commands.execute(new AllocateLine(line));
        },
        overRest: async (service) => {
          const { status, body } = await service.post<never>('/v1/allocations', line, { isSafe: true });
          return status === 202 ? { backorder: body } : { allocation: body };
        },
        show: (outcome) => {
          const options = { ...(json && { json }) };
          if ('backorder' in outcome) {
            printResult(options, outcome.backorder, `Order ${orderId} waits for ${quantity} of ${sku}.`);
            return;
          }
          const { allocation } = outcome;
          const { batchReference } = allocation;
          const when = formatDates(allocation);
          const sentence = `Order ${orderId} has ${quantity} of ${sku} from batch ${batchReference}, ${when}.`;
          printResult(options, allocation, sentence);
        },
      });
    });
}
