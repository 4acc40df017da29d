import type { Command } from 'commander';
import { codeArgument, command } from '../../platform/cli/command.js';
import { print, printJson } from '../../platform/cli/print.js';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';

/** `deallocate ORDER [SKU]` */
export function deallocate(run: ApplicationRunner): Command {
  return command('deallocate', 'give an order line back, or every line of an order')
    .addArgument(codeArgument('order', 'order id'))
    .addArgument(codeArgument('sku', 'SKU of the line (default: all lines)').argOptional())
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
        else print(`Gave back ${sku ?? 'every line'} of order ${orderId}.`);
      }),
    );
}
