import type { Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { printResult, type JsonOption } from '../../platform/cli/print.js';
import { orderId } from '../../vocabulary/order-id.js';
import { formatOrder } from './format-order.js';

/** `order confirm ORDER` */
export function confirmOrder(run: ApplicationRunner): Command {
  return command('confirm', 'Make the hold of an order firm; repeating it is safe')
    .addArgument(valueArgument('order', 'Order id', orderId))
    .addHelpText(
      'after',
      '\nA hold that ended less than 24 hours ago is claimed again if all of its lines still fit.',
    )
    .action((orderId: string, options: JsonOption) =>
      run(async ({ commands }) => {
        const { ConfirmOrder } = await import('../commands/confirm-order.js');
        const confirmed = await commands.execute(new ConfirmOrder(orderId));
        printResult(options, confirmed, formatOrder(confirmed));
      }),
    );
}
