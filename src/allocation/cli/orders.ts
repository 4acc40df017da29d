import type { Command } from 'commander';
import { orderId } from '../../vocabulary/order-id.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { formatArrival } from '../../platform/cli/format-dates.js';
import { print, printJson, table } from '../../platform/cli/print.js';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';

/** `orders ORDER` */
export function orders(run: ApplicationRunner): Command {
  return command('orders', 'Show the allocations of an order, line by line')
    .addArgument(valueArgument('order', 'Order id', orderId))
    .action((orderId: string, { json }: { json?: true }) =>
      run(async ({ queries }) => {
        const { FindOrderAllocations } = await import('../queries/find-order-allocations.js');
        const items = await queries.execute(new FindOrderAllocations(orderId));
        if (items.length === 0) {
          const { UnknownOrder } = await import('../domain/errors.js');
          throw new UnknownOrder(orderId);
        }
        if (json) return printJson({ orderId, items: items.map(({ sequence: _, ...item }) => item) });
        const rows = items.map(({ sku, quantity, batchReference, eta }) => [
          sku,
          quantity,
          batchReference,
          formatArrival(eta),
        ]);
        print(table(['sku', 'quantity', 'batch', 'arrival'], rows));
      }),
    );
}
