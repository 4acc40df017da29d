import type { Command } from 'commander';
import type { Run } from '../../shared/cli/run.js';
import { code, Columns, day, units } from '../../shared/cli/import/columns.js';
import { importCommand } from '../../shared/cli/import/import-command.js';

export const batchColumns = new Columns({ reference: code(), sku: code(), quantity: units, eta: day });

/** `import batches FILE` */
export function importBatches(run: Run): Command {
  return importCommand(
    {
      name: 'batches',
      description: 'register what was bought; every allocation after it can have it',
      columns: batchColumns,
      keyOf: ({ sku }) => sku,
      identity: { of: ({ reference }) => [reference], says: ({ reference }) => `batch ${reference}` },
      take: async ({ commands }) => {
        const { RegisterBatches } = await import('../commands/register-batches.js');
        return (batches) => commands.execute(new RegisterBatches(batches));
      },
    },
    run,
  );
}
