import type { Command } from 'commander';
import { orderId } from '../../vocabulary/order-id.js';
import { sku } from '../../vocabulary/sku.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { print, printJson } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';

/** `deallocate ORDER [SKU]` */
export function deallocate(ask: Ask<Application>): Command {
  return command('deallocate', 'Cancel the allocation of one order line, or of a whole order')
    .addArgument(valueArgument('order', 'Order id', orderId))
    .addArgument(valueArgument('sku', 'SKU of the line (default: all lines)', sku).argOptional())
    .action((orderId: string, sku: string | undefined, { json }: { json?: true }) =>
      ask<void>({
        onDatabase: async ({ commands }) => {
          if (sku === undefined) {
            const { DeallocateOrder } = await import('../commands/deallocate-order.js');
            await commands.execute(new DeallocateOrder(orderId));
          } else {
            const { DeallocateLine } = await import('../commands/deallocate-line.js');
            await commands.execute(new DeallocateLine(orderId, sku));
          }
        },
        overRest: async (service) => {
          const lines = path`/v1/orders/${orderId}/allocations`;
          await service.delete(sku === undefined ? lines : lines + path`/${sku}`);
        },
        show: () => {
          if (json) printJson({ orderId, sku: sku ?? null });
          else print(`Deallocated ${sku ?? 'every line'} of order ${orderId}.`);
        },
      }),
    );
}
