import type { Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { quantityOrZero } from '../../vocabulary/quantity.js';
import { reference } from '../../vocabulary/reference.js';
import { command, valueArgument } from '../../platform/cli/command.js';
import { formatDates } from '../../platform/cli/dates-in-words.js';
import { print, printJson } from '../../platform/cli/print.js';

/** `change-quantity REFERENCE QTY` */
export function changeQuantity(run: ApplicationRunner): Command {
  return command(
    'change-quantity',
    "change a batch's quantity; lines that no longer fit are reallocated or released",
  )
    .addArgument(valueArgument('reference', 'reference of the batch', reference))
    .addArgument(valueArgument('quantity', 'new quantity in units', quantityOrZero))
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
