import type { Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { quantityOrZero } from '../../vocabulary/quantity.js';
import { reference } from '../../vocabulary/reference.js';
import type { BatchAnswer } from '../queries/batch-answer.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { formatDates } from '../../platform/cli/format-dates.js';
import { print, printJson } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';

type Changed = Pick<BatchAnswer, 'sku' | 'eta' | 'overdue' | 'expectedDate'>;

/** `change-quantity REFERENCE QTY` */
export function changeQuantity(ask: Ask<Application>): Command {
  return command(
    'change-quantity',
    "Change a batch's quantity; lines that no longer fit are reallocated or released",
  )
    .addArgument(valueArgument('reference', 'Reference of the batch', reference))
    .addArgument(valueArgument('quantity', 'New quantity in units', quantityOrZero))
    .action((reference: string, quantity: number, { json }: { json?: true }) =>
      ask<Changed>({
        onDatabase: async ({ commands }) => {
          const { ChangeBatch } = await import('../commands/change-batch.js');
          return commands.execute(new ChangeBatch(reference, { quantity }));
        },
        overRest: async (service) =>
          (await service.patch<Changed>(path`/v1/batches/${reference}`, { quantity })).body,
        show: (batch) => {
          const { sku, eta, overdue, expectedDate } = batch;
          if (json) printJson({ reference, sku, quantity, eta, overdue, expectedDate });
          else print(`Batch ${reference} has ${quantity} of ${sku}, ${formatDates(batch)}.`);
        },
      }),
    );
}
