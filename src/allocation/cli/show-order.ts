import type { Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { printResult, type JsonOption } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import { orderId } from '../../vocabulary/order-id.js';
import type { OrderAnswer } from '../queries/order-answer.js';
import { formatOrder } from './format-order.js';

/** `order show ORDER` */
export function showOrder(ask: Ask<Application>): Command {
  return command('show', 'Show an order with its state and what its lines claim')
    .addArgument(valueArgument('order', 'Order id', orderId))
    .action((orderId: string, options: JsonOption) =>
      ask<OrderAnswer>({
        onDatabase: async ({ queries }) => {
          const { FindOrder } = await import('../queries/find-order.js');
          return queries.execute(new FindOrder(orderId));
        },
        overRest: (service) => service.get(path`/v1/orders/${orderId}`),
        show: (found) => printResult(options, found, formatOrder(found)),
      }),
    );
}
