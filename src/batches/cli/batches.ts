import type { Command } from 'commander';
import { sku } from '../../vocabulary/sku.js';
import { valueOption } from '../../platform/cli/command.js';
import { formatArrival } from '../../platform/cli/format-dates.js';
import { listCommand } from '../../platform/cli/list-command.js';
import { print, printJson, table } from '../../platform/cli/print.js';
import type { Application, ApplicationRunner } from '../../platform/cli/application-runner.js';
import type { BatchAnswer } from '../queries/batch-answer.js';

const HEADER = ['reference', 'sku', 'quantity', 'arrival'];
const cells = ({ reference, sku, quantity, eta }: BatchAnswer) => [
  reference,
  sku,
  quantity,
  formatArrival(eta),
];

/** `batches [REFERENCE]` */
export function batches(run: ApplicationRunner): Command {
  return listCommand<BatchAnswer, { readonly sku?: string }>(
    {
      name: 'batches',
      description: 'List batches, or show one',
      item: 'reference',
      showOne: showBatch,
      find: async ({ queries }, { sku, after, count }) => {
        const { ListBatches } = await import('../queries/list-batches.js');
        return queries.execute(new ListBatches(sku, after, count));
      },
      cursorOf: ({ reference }) => reference,
      header: HEADER,
      cells,
      none: 'There are no such batches.',
      options: [valueOption('--sku <sku>', 'Show only the batches of this SKU', sku)],
    },
    run,
  );
}

async function showBatch({ queries }: Application, reference: string, asJson: boolean): Promise<void> {
  const { FindBatch } = await import('../queries/find-batch.js');
  const batch = await queries.execute(new FindBatch(reference));
  if (asJson) printJson(batch);
  else print(table(HEADER, [cells(batch)]));
}
