import { Option, type Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import { printResult, type JsonOption } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import { newDocumentId } from '../../vocabulary/document-id.js';
import { quantityOrZero } from '../../vocabulary/quantity.js';
import { reference } from '../../vocabulary/reference.js';
import type { Received } from '../domain/warehouse.js';

const HELP = `
The units are on hand at once, and no line moves. If more units arrive than were
outstanding, the batch becomes larger. Repeating the same receipt changes
nothing.

Examples:
  receive receipt-7 PO-2031 40
  receive receipt-8 PO-2031 58 --rejected 2 --final`;

interface Options extends JsonOption {
  readonly rejected?: number;
  readonly final?: boolean;
}

interface Receipt extends Received {
  readonly receiptId: string;
  readonly batchReference: string;
  readonly sku: string;
  readonly quantity: number;
  readonly rejected: number;
  readonly final: boolean;
}

/** `receive RECEIPT BATCH QUANTITY` */
export function receive(ask: Ask<Application>): Command {
  return command('receive', 'Record that units of a batch have arrived, all of them or a part')
    .addArgument(valueArgument('receipt', 'Id that you choose for the receipt', newDocumentId))
    .addArgument(valueArgument('batch', 'Reference of the batch', reference))
    .addArgument(valueArgument('quantity', 'Units that arrived and can be used', quantityOrZero))
    .addOption(
      valueOption(
        '--rejected <units>',
        'Units that arrived and cannot be used; they are not expected any more',
        quantityOrZero,
      ),
    )
    .addOption(
      new Option('--final', 'The rest will not arrive; lines that no longer fit are reallocated or released'),
    )
    .addHelpText('after', HELP)
    .action(
      (
        receiptId: string,
        batchReference: string,
        quantity: number,
        { rejected = 0, final = false, ...options }: Options,
      ) =>
        ask({
          onDatabase: async ({ commands }) => {
            const { ReceiveGoods } = await import('../commands/receive-goods.js');
            const command = new ReceiveGoods(receiptId, batchReference, {
              quantity,
              rejected,
              isFinal: final,
            });
            const { isNew, sku, result } = await commands.execute(command);
            return {
              isNew,
              receipt: { receiptId, batchReference, sku, quantity, rejected, final, ...result },
            };
          },
          overRest: async (service) => {
            const { status, body } = await service.put<Receipt>(path`/v1/receipts/${receiptId}`, {
              ...{ batchReference, quantity, rejected, final },
            });
            return { isNew: status === 201, receipt: body };
          },
          show: ({ isNew, receipt }) => {
            const { sku, onHand, outstanding, overReceived } = receipt;
            const tooMany = overReceived > 0 ? ` ${overReceived} more arrived than were outstanding.` : '';
            printResult(
              options,
              receipt,
              `${isNew ? 'Received' : 'Received before:'} ${quantity} of batch ${batchReference} (${sku}): ` +
                `${onHand} on hand, ${outstanding} still to come.${tooMany}`,
            );
          },
        }),
    );
}
