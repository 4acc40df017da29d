import type { Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { quantityOrZero } from '../../vocabulary/quantity.js';
import { reference } from '../../vocabulary/reference.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { formatDates } from '../../platform/cli/format-dates.js';
import { print, printJson } from '../../platform/cli/print.js';

/** `change-quantity REFERENCE QTY` */
export function changeQuantity(run: ApplicationRunner): Command {
  return command(
    'change-quantity',
    "Change a batch's quantity; lines that no longer fit are reallocated or released",
  )
    .addArgument(valueArgument('reference', 'Reference of the batch', reference))
    .addArgument(valueArgument('quantity', 'New quantity in units', quantityOrZero))
    .action((reference: string, quantity: number, { json }: { json?: true }) =>
      run(async ({ commands }) => {
        const { ChangeBatch } = await import('../commands/change-batch.js');
        const batch = await commands.execute(new ChangeBatch(reference, { quantity }));
        const { sku, eta, overdue, expectedDate } = batch;
        if (json) printJson({ reference, sku, quantity, eta, overdue, expectedDate });
        else print(`Batch ${reference} has ${quantity} of ${sku}, ${formatDates(batch)}.`);
      }),
    );
}
