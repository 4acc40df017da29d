import type { Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { printResult, type JsonOption } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import { orderId } from '../../vocabulary/order-id.js';

/** `order cancel ORDER` */
export function cancelOrder(ask: Ask<Application>): Command {
  return command(
    'cancel',
    'Cancel an order: units that were not shipped are released, and it stays cancelled',
  )
    .addArgument(valueArgument('order', 'Order id', orderId))
    .addHelpText('after', '\nTo open it again: order put ORDER SKU=QUANTITY --reopen')
    .action((orderId: string, options: JsonOption) =>
      ask<void>({
        onDatabase: async ({ commands }) => {
          const { CancelOrder } = await import('../commands/cancel-order.js');
          await commands.execute(new CancelOrder(orderId));
        },
        overRest: async (service) => void (await service.delete(path`/v1/orders/${orderId}`)),
        show: () => {
          printResult(options, { orderId, state: 'cancelled' }, `Order ${orderId} is cancelled.`);
        },
      }),
    );
}
