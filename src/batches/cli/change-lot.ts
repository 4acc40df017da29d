import { Option, type Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import { printResult, type JsonOption } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import { eta } from '../../vocabulary/eta.js';
import { newLocation } from '../../vocabulary/location.js';
import { reference } from '../../vocabulary/reference.js';
import type { BatchAnswer } from '../queries/batch-answer.js';

const HELP = `
Existing claims stay. The location can change only while no line claims units of
the batch.

Examples:
  change-lot PO-2031 --block
  change-lot PO-2031 --unblock --best-before 2027-06-30
  change-lot PO-2031 --best-before ""    its units do not expire
  change-lot PO-2031 --location rotterdam`;

type Lot = Pick<BatchAnswer, 'sku' | 'location' | 'bestBefore' | 'blocked'>;

interface Options extends JsonOption {
  readonly block?: true;
  readonly unblock?: true;
  readonly bestBefore?: string | null;
  readonly location?: string;
}

/** `change-lot REFERENCE` */
export function changeLot(ask: Ask<Application>): Command {
  return command(
    'change-lot',
    'Block a batch, move it, or change the last day on which its units can be used',
  )
    .addArgument(valueArgument('reference', 'Reference of the batch', reference))
    .addOption(new Option('--block', 'Let no new line claim its units').conflicts('unblock'))
    .option('--unblock', 'Let new lines claim its units again')
    .addOption(
      valueOption(
        '--best-before <date>',
        'The last day on which its units can be used; empty: they do not expire',
        eta,
      ),
    )
    .addOption(valueOption('--location <location>', 'New location of the batch', newLocation))
    .addHelpText('after', HELP)
    .action((reference: string, { json, block, unblock, bestBefore, location: place }: Options) => {
      const change = {
        ...((block ?? unblock) && { blocked: block === true }),
        // An empty option comes as a text, and means none.
        ...(bestBefore !== undefined && { bestBefore: bestBefore === '' ? null : bestBefore }),
        ...(place !== undefined && { location: place }),
      };
      return ask<Lot>({
        onDatabase: async ({ commands }) => {
          const { ChangeBatch } = await import('../commands/change-batch.js');
          return commands.execute(new ChangeBatch(reference, change));
        },
        overRest: async (service) => (await service.patch<Lot>(path`/v1/batches/${reference}`, change)).body,
        show: ({ sku, location, bestBefore, blocked }) =>
          printResult(
            { ...(json && { json }) },
            { reference, sku, location, bestBefore, blocked },
            `Batch ${reference} (${sku}) ${place === undefined ? '' : `is in ${location}, `}` +
              `${blocked ? 'is blocked' : 'can be promised'}, and ` +
              `${bestBefore === null ? 'its units do not expire' : `its last day of use is ${bestBefore}`}.`,
          ),
      });
    });
}
