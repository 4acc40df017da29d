import type { Command } from 'commander';
import { exportCommand } from '../../platform/cli/export/export-command.js';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import type { AllocationRow } from '../queries/export-allocations.js';

/** `export allocations` */
export function exportAllocations(run: ApplicationRunner): Command {
  return exportCommand<AllocationRow>(
    {
      name: 'allocations',
      description: 'Export all allocated order lines',
      columns: {
        order_id: 'orderId',
        sku: 'sku',
        quantity: 'quantity',
        batch_reference: 'batchReference',
        eta: 'eta',
      },
      rows: async ({ queries }) => {
        const { ExportAllocations } = await import('../queries/export-allocations.js');
        return queries.execute(new ExportAllocations());
      },
    },
    run,
  );
}
