import type { Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { newOrderId } from '../../vocabulary/order-id.js';
import { quantity } from '../../vocabulary/quantity.js';
import { newSku } from '../../vocabulary/sku.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { formatDates } from '../../platform/cli/format-dates.js';
import { print, printJson } from '../../platform/cli/print.js';

/** `allocate ORDER SKU QTY` */
export function allocate(run: ApplicationRunner): Command {
  return command('allocate', 'Allocate an order line to a batch; repeating it is safe')
    .addArgument(valueArgument('order', 'Order id', newOrderId))
    .addArgument(valueArgument('sku', 'SKU of the product', newSku))
    .addArgument(valueArgument('quantity', 'Quantity in units', quantity))
    .action((orderId: string, sku: string, quantity: number, { json }: { json?: true }) =>
      run(async ({ commands }) => {
        const { AllocateLine } = await import('../commands/allocate-line.js');
        const { allocation } = await commands.execute(new AllocateLine({ orderId, sku, quantity }));
        const { batchReference } = allocation;
        const when = formatDates(allocation);
        if (json) printJson(allocation);
        else print(`Order ${orderId} has ${quantity} of ${sku} from batch ${batchReference}, ${when}.`);
      }),
    );
}
