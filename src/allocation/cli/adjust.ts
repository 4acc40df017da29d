import type { Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import { printResult, type JsonOption } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import { newDocumentId } from '../../vocabulary/document-id.js';
import { difference } from '../../vocabulary/quantity.js';
import { reason } from '../../vocabulary/reason.js';
import { reference } from '../../vocabulary/reference.js';

const HELP = `
If the batch then is too small for its lines, the newest ones are reallocated or
released. Repeating the same adjustment changes nothing.

Examples:
  adjust count-7 PO-2031 -2 --reason "water damage"
  adjust count-8 PO-2031 5 --reason "found in aisle 4"`;

type Options = JsonOption & { readonly reason: string };

interface Adjustment {
  readonly adjustmentId: string;
  readonly batchReference: string;
  readonly sku: string;
  readonly by: number;
  readonly reason: string;
  readonly onHand: number;
}

/** `adjust ADJUSTMENT BATCH BY` */
export function adjust(ask: Ask<Application>): Command {
  return command('adjust', 'Record that units of a batch were found or are missing')
    .addArgument(valueArgument('adjustment', 'Id that you choose for the adjustment', newDocumentId))
    .addArgument(valueArgument('batch', 'Reference of the batch', reference))
    .addArgument(valueArgument('by', 'Units that were found or, with a minus sign, are missing', difference))
    .addOption(valueOption('--reason <reason>', 'Why, in a few words', reason).makeOptionMandatory())
    .addHelpText('after', HELP)
    .action((adjustmentId: string, batchReference: string, by: number, { reason, ...options }: Options) =>
      ask({
        onDatabase: async ({ commands }) => {
          const { AdjustStock } = await import('../commands/adjust-stock.js');
          const { isNew, sku, result } = await commands.execute(
            new AdjustStock(adjustmentId, batchReference, by, reason),
          );
          return { isNew, adjustment: { adjustmentId, batchReference, sku, by, reason, ...result } };
        },
        overRest: async (service) => {
          const { status, body } = await service.put<Adjustment>(path`/v1/adjustments/${adjustmentId}`, {
            ...{ batchReference, by, reason },
          });
          return { isNew: status === 201, adjustment: body };
        },
        show: ({ isNew, adjustment }) => {
          const { sku, onHand } = adjustment;
          printResult(
            options,
            adjustment,
            `Batch ${batchReference} (${sku}) ${isNew ? 'is adjusted' : 'was adjusted before'} by ${by}: ` +
              `${onHand} on hand.`,
          );
        },
      }),
    );
}
