import type { Command } from 'commander';
import { exportCommand } from '../../platform/cli/export/export-command.js';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import type { BatchSnapshot } from '../domain/batch.js';

/** `export batches` */
export function exportBatches(run: ApplicationRunner): Command {
  return exportCommand<BatchSnapshot>(
    {
      name: 'batches',
      description: 'Export all batches',
      columns: {
        ...({ reference: 'reference', sku: 'sku', quantity: 'quantity', eta: 'eta' } as const),
        ...({ location: 'location', best_before: 'bestBefore' } as const),
        ...({ supplier: 'supplier', blocked: 'blocked' } as const),
      },
      rows: async ({ queries }) => {
        const { ExportBatches } = await import('../queries/export-batches.js');
        return queries.execute(new ExportBatches());
      },
    },
    run,
  );
}
