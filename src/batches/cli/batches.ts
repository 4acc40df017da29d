import type { Command } from 'commander';
import { sku } from '../../vocabulary/sku.js';
import { valueOption } from '../../platform/cli/command.js';
import { formatArrival } from '../../platform/cli/format-dates.js';
import { listCommand } from '../../platform/cli/list-command.js';
import { table } from '../../platform/cli/print.js';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import type { BatchAnswer } from '../queries/batch-answer.js';

/** As REST has it: the version is its `ETag`. */
type Batch = Omit<BatchAnswer, 'version'>;

const HEADER = ['reference', 'sku', 'quantity', 'arrival'];
const cells = ({ reference, sku, quantity, eta }: Batch) => [reference, sku, quantity, formatArrival(eta)];
const withoutVersion = ({ version: _, ...batch }: BatchAnswer): Batch => batch;

/** `batches [REFERENCE]` */
export function batches(ask: Ask<Application>): Command {
  return listCommand<Batch, Batch>(
    {
      name: 'batches',
      description: 'List batches, or show one',
      item: 'reference',
      path: '/v1/batches',
      findOne: async ({ queries }, reference) => {
        const { FindBatch } = await import('../queries/find-batch.js');
        return withoutVersion(await queries.execute(new FindBatch(reference)));
      },
      formatOne: (batch) => table(HEADER, [cells(batch)]),
      find: async ({ queries }, { sku, after, count }) => {
        const { ListBatches } = await import('../queries/list-batches.js');
        return (await queries.execute(new ListBatches(sku, after, count))).map(withoutVersion);
      },
      cursorOf: ({ reference }) => reference,
      header: HEADER,
      cells,
      none: 'There are no such batches.',
      options: [valueOption('--sku <sku>', 'Show only the batches of this SKU', sku)],
    },
    ask,
  );
}
