import type { Command } from 'commander';
import type { Run } from '../../shared/cli/run.js';
import { codeArgument, command, unitsArgument } from '../../shared/cli/command.js';
import { print, printJson } from '../../shared/cli/print.js';

/** `change-quantity REFERENCE QTY` */
export function changeQuantity(run: Run): Command {
  return command(
    'change-quantity',
    "change a batch's quantity; lines that no longer fit are reallocated or released",
  )
    .addArgument(codeArgument('reference', 'reference of the batch'))
    .addArgument(unitsArgument('quantity', 'new quantity in units', { min: 0 }))
    .action((reference: string, quantity: number, { json }: { json?: true }) =>
      run(async ({ commands }) => {
        const { ChangeBatch } = await import('../commands/change-batch.js');
        const { sku, eta } = await commands.execute(new ChangeBatch(reference, { quantity }));
        if (json) printJson({ reference, sku, quantity, eta });
        else
          print(
            `Batch ${reference} has ${quantity} of ${sku}, ${eta === null ? 'on hand' : `due on ${eta}`}.`,
          );
      }),
    );
}
