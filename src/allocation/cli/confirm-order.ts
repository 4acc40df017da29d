import type { Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { printResult, type JsonOption } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import { orderId } from '../../vocabulary/order-id.js';
import type { OrderAnswer } from '../queries/order-answer.js';
import { formatOrder } from './format-order.js';

/** `order confirm ORDER` */
export function confirmOrder(ask: Ask<Application>): Command {
  return command('confirm', 'Confirm a hold, so that its order becomes firm; repeating it is safe')
    .addArgument(valueArgument('order', 'Order id', orderId))
    .addHelpText(
      'after',
      '\nA hold that ended less than 24 hours ago can be confirmed if all of its lines still fit.',
    )
    .action((orderId: string, options: JsonOption) =>
      ask<OrderAnswer>({
        onDatabase: async ({ commands }) => {
          const { ConfirmOrder } = await import('../commands/confirm-order.js');
          return commands.execute(new ConfirmOrder(orderId));
        },
        overRest: async (service) => {
          const confirmed = service.post<OrderAnswer>(path`/v1/orders/${orderId}/confirm`, undefined, {
            isSafe: true,
          });
          return (await confirmed).body;
        },
        show: (confirmed) => printResult(options, confirmed, formatOrder(confirmed)),
      }),
    );
}
