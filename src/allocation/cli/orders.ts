import type { Command } from 'commander';
import type { AllocationAnswer } from '../queries/find-order-allocations.js';
import { orderId } from '../../vocabulary/order-id.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { formatArrival } from '../../platform/cli/format-dates.js';
import { print, printJson, table } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';

type Line = Omit<AllocationAnswer, 'sequence'>;

/** `orders ORDER` */
export function orders(ask: Ask<Application>): Command {
  return command('orders', 'Show the allocations of an order, line by line')
    .addArgument(valueArgument('order', 'Order id', orderId))
    .action((orderId: string, { json }: { json?: true }) =>
      ask<{ readonly items: readonly Line[] }>({
        onDatabase: async ({ queries }) => {
          const { FindOrderAllocations } = await import('../queries/find-order-allocations.js');
          const items = await queries.execute(new FindOrderAllocations(orderId));
          if (items.length === 0) {
            const { UnknownOrder } = await import('../domain/errors.js');
            throw new UnknownOrder(orderId);
          }
          return { items: items.map(({ sequence: _, ...item }) => item) };
        },
        overRest: (service) => service.get(path`/v1/orders/${orderId}/allocations`),
        show: ({ items }) => {
          if (json) return printJson({ orderId, items });
          const rows = items.map(({ sku, quantity, batchReference, eta }) => [
            sku,
            quantity,
            batchReference,
            formatArrival(eta),
          ]);
          print(table(['sku', 'quantity', 'batch', 'arrival'], rows));
        },
      }),
    );
}
