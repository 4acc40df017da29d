import { Option, type Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import { printResult, type JsonOption } from '../../platform/cli/print.js';
import { newDocumentId } from '../../vocabulary/document-id.js';
import { quantityOrZero } from '../../vocabulary/quantity.js';
import { reference } from '../../vocabulary/reference.js';

const HELP = `
More is on hand, and no line moves. More than was outstanding makes the batch
larger. The same receipt again changes nothing.

Examples:
  receive receipt-7 PO-2031 40
  receive receipt-8 PO-2031 58 --rejected 2 --final`;

interface Options extends JsonOption {
  readonly rejected?: number;
  readonly final?: boolean;
}

/** `receive RECEIPT BATCH QUANTITY` */
export function receive(run: ApplicationRunner): Command {
  return command('receive', 'Note that goods of a batch have come, all or a part of them')
    .addArgument(valueArgument('receipt', 'Name of the receipt', newDocumentId))
    .addArgument(valueArgument('batch', 'Reference of the batch', reference))
    .addArgument(valueArgument('quantity', 'Units that have come and are in order', quantityOrZero))
    .addOption(
      valueOption(
        '--rejected <units>',
        'Units that have come and are of no use: they do not come again',
        quantityOrZero,
      ),
    )
    .addOption(new Option('--final', 'The rest will not come: lines that do not fit any more leave'))
    .addHelpText('after', HELP)
    .action(
      (
        receiptId: string,
        batchReference: string,
        quantity: number,
        { rejected = 0, final = false, ...options }: Options,
      ) =>
        run(async ({ commands }) => {
          const { ReceiveGoods } = await import('../commands/receive-goods.js');
          const receipt = { quantity, rejected, isFinal: final };
          const { isNew, sku, result } = await commands.execute(
            new ReceiveGoods(receiptId, batchReference, receipt),
          );
          const written = { receiptId, batchReference, sku, quantity, rejected, final, ...result };
          const { onHand, outstanding, overReceived } = result;
          const tooMany = overReceived > 0 ? ` ${overReceived} came beyond those that were outstanding.` : '';
          printResult(
            options,
            written,
            `${isNew ? 'Received' : 'Received before:'} ${quantity} of batch ${batchReference} (${sku}): ` +
              `${onHand} on hand, ${outstanding} still to come.${tooMany}`,
          );
        }),
    );
}
