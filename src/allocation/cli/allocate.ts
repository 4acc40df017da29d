import type { Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { codeArgument, command, unitsArgument } from '../../platform/cli/command.js';
import { formatDates } from '../../platform/cli/dates-in-words.js';
import { print, printJson } from '../../platform/cli/print.js';

/** `allocate ORDER SKU QTY` */
export function allocate(run: ApplicationRunner): Command {
  return command('allocate', 'promise an order line to a batch; repeating it is safe')
    .addArgument(codeArgument('order', 'order id', { isNew: true }))
    .addArgument(codeArgument('sku', 'code of the product', { isNew: true }))
    .addArgument(unitsArgument('quantity', 'units of the product'))
    .action((orderId: string, sku: string, quantity: number, { json }: { json?: true }) =>
      run(async ({ commands }) => {
        const { AllocateLine } = await import('../commands/allocate-line.js');
        const { allocation } = await commands.execute(new AllocateLine({ orderId, sku, quantity }));
        const { batchReference } = allocation;
        const when = formatDates(allocation);
        if (json) printJson(allocation);
        else print(`Order ${orderId} has ${quantity} of ${sku} from batch ${batchReference}, ${when}.`);
      }),
    );
}
