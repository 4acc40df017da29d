import type { Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { Columns, orderId, quantity, sku } from '../../platform/cli/import/columns.js';
import { importCommand } from '../../platform/cli/import/import-command.js';

export const orderColumns = new Columns({ orderId, sku, quantity }, { ignored: ['batch_reference', 'eta'] });

/** `import orders FILE` */
export function importOrders(run: ApplicationRunner): Command {
  return importCommand(
    {
      name: 'orders',
      description: 'Allocate order lines from a file, those of a SKU in the order of the file',
      columns: orderColumns,
      keyOf: ({ sku }) => sku,
      identity: {
        of: ({ orderId, sku }) => [orderId, sku],
        describe: ({ orderId, sku }) => `order ${orderId} with SKU ${sku}`,
      },
      submitter: async ({ commands }) => {
        const { AllocateLines } = await import('../commands/allocate-lines.js');
        return (lines) => commands.execute(new AllocateLines(lines));
      },
    },
    run,
  );
}
