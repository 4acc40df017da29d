import type { Command } from 'commander';
import { orderId } from '../../vocabulary/order-id.js';
import { sku } from '../../vocabulary/sku.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { print, printJson } from '../../platform/cli/print.js';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';

/** `deallocate ORDER [SKU]` */
export function deallocate(run: ApplicationRunner): Command {
  return command('deallocate', 'Cancel the allocation of one order line, or of a whole order')
    .addArgument(valueArgument('order', 'Order id', orderId))
    .addArgument(valueArgument('sku', 'SKU of the line (default: all lines)', sku).argOptional())
    .action((orderId: string, sku: string | undefined, { json }: { json?: true }) =>
      run(async ({ commands }) => {
        if (sku === undefined) {
          const { DeallocateOrder } = await import('../commands/deallocate-order.js');
          await commands.execute(new DeallocateOrder(orderId));
        } else {
          const { DeallocateLine } = await import('../commands/deallocate-line.js');
          await commands.execute(new DeallocateLine(orderId, sku));
        }
        if (json) printJson({ orderId, sku: sku ?? null });
        else print(`Deallocated ${sku ?? 'every line'} of order ${orderId}.`);
      }),
    );
}
