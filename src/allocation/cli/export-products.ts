import type { Command } from 'commander';
import { exportCommand } from '../../platform/cli/export/export-command.js';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import type { ProductRow } from '../queries/export-products.js';

/** `export products` */
export function exportProducts(run: ApplicationRunner): Command {
  return exportCommand<ProductRow>(
    {
      name: 'products',
      description: 'Export the stock of all products',
      columns: { sku: 'sku', quantity: 'quantity', allocated: 'allocated', available: 'available' },
      rows: async ({ queries }) => {
        const { ExportProducts } = await import('../queries/export-products.js');
        return queries.execute(new ExportProducts());
      },
    },
    run,
  );
}
