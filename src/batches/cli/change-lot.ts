import { Option, type Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import { printResult, type JsonOption } from '../../platform/cli/print.js';
import { eta } from '../../vocabulary/eta.js';
import { newLocation } from '../../vocabulary/location.js';
import { reference } from '../../vocabulary/reference.js';

const HELP = `
Its claims stay, whatever becomes of it; it moves only while it has none.

Examples:
  change-lot PO-2031 --block
  change-lot PO-2031 --unblock --best-before 2027-06-30
  change-lot PO-2031 --best-before ""    it keeps
  change-lot PO-2031 --location rotterdam`;

interface Options extends JsonOption {
  readonly block?: true;
  readonly unblock?: true;
  readonly bestBefore?: string | null;
  readonly location?: string;
}

/** `change-lot REFERENCE` */
export function changeLot(run: ApplicationRunner): Command {
  return command(
    'change-lot',
    'Block a batch, move it, or change the last day on which its units can be used',
  )
    .addArgument(valueArgument('reference', 'Reference of the batch', reference))
    .addOption(new Option('--block', 'Claim nothing new from it').conflicts('unblock'))
    .option('--unblock', 'Claim from it again')
    .addOption(valueOption('--best-before <date>', 'The last day of use; empty: its units keep', eta))
    .addOption(valueOption('--location <location>', 'Where it is from now on', newLocation))
    .addHelpText('after', HELP)
    .action((reference: string, { json, block, unblock, bestBefore, location: place }: Options) =>
      run(async ({ commands }) => {
        const { ChangeBatch } = await import('../commands/change-batch.js');
        const change = {
          ...((block ?? unblock) && { blocked: block === true }),
          // An empty option comes as a text, and means none.
          ...(bestBefore !== undefined && { bestBefore: bestBefore === '' ? null : bestBefore }),
          ...(place !== undefined && { location: place }),
        };
        const batch = await commands.execute(new ChangeBatch(reference, change));
        const { sku, location, blocked } = batch;
        const lot = { reference, sku, location, bestBefore: batch.bestBefore, blocked };
        printResult(
          { ...(json && { json }) },
          lot,
          `Batch ${reference} (${sku}) ${place === undefined ? '' : `is in ${location}, `}` +
            `${blocked ? 'is blocked' : 'can be promised'}, and ` +
            `${batch.bestBefore === null ? 'its units keep' : `its last day of use is ${batch.bestBefore}`}.`,
        );
      }),
    );
}
