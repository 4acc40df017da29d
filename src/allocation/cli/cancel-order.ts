import type { Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { printResult, type JsonOption } from '../../platform/cli/print.js';
import { orderId } from '../../vocabulary/order-id.js';

/** `order cancel ORDER` */
export function cancelOrder(run: ApplicationRunner): Command {
  return command('cancel', 'Cancel an order: all that has not left is released, and it stays cancelled')
    .addArgument(valueArgument('order', 'Order id', orderId))
    .addHelpText('after', '\nTo open it again: order put ORDER SKU=QUANTITY --reopen')
    .action((orderId: string, options: JsonOption) =>
      run(async ({ commands }) => {
        const { CancelOrder } = await import('../commands/cancel-order.js');
        await commands.execute(new CancelOrder(orderId));
        printResult(options, { orderId, state: 'cancelled' }, `Order ${orderId} is cancelled.`);
      }),
    );
}
