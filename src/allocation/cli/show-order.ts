import type { Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { printResult, type JsonOption } from '../../platform/cli/print.js';
import { orderId } from '../../vocabulary/order-id.js';
import { formatOrder } from './format-order.js';

/** `order show ORDER` */
export function showOrder(run: ApplicationRunner): Command {
  return command('show', 'Show an order with its state and what its lines claim')
    .addArgument(valueArgument('order', 'Order id', orderId))
    .action((orderId: string, options: JsonOption) =>
      run(async ({ queries }) => {
        const { FindOrder } = await import('../queries/find-order.js');
        const found = await queries.execute(new FindOrder(orderId));
        printResult(options, found, formatOrder(found));
      }),
    );
}
