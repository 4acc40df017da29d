import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import { printResult, type JsonOption } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import { newChannel } from '../../vocabulary/channel.js';
import { eta } from '../../vocabulary/eta.js';
import { locations, newLocation } from '../../vocabulary/location.js';
import { newOrderId } from '../../vocabulary/order-id.js';
import { newSku } from '../../vocabulary/sku.js';
import type { OrderDraft } from '../commands/order-draft.js';
import type { OrderAnswer } from '../queries/order-answer.js';
import { formatOrder } from './format-order.js';
import { PRIORITY } from './order-columns.js';
import { HOLD_SECONDS, readOrderFile, requireLines, WHEN_SHORT } from './order-file.js';
import { unitsOfSkuArgument, type UnitsOfSku } from './units-of-sku.js';

const HELP = `
In one step: new lines are claimed, missing ones released and changed ones
amended, or nothing changes at all. Repeating it is safe.

The file has the body of PUT /v1/orders/{orderId} as JSON; - reads it from
stdin. Options of the command line override the file.

Examples:
  order put order-7 SMALL-TABLE=10 LAMP=2
  order put order-7 SMALL-TABLE=10 --hold 900
  order put order-7 SMALL-TABLE=10 --locations ams rtm
  order put order-7 --file order.json --when-short skip`;

interface Options extends JsonOption {
  readonly hold?: number;
  readonly split?: true;
  readonly neededBy?: string | null;
  readonly whenShort?: OrderDraft['whenShort'];
  readonly priority?: number;
  readonly channel?: string;
  readonly locations?: readonly string[];
  readonly shipComplete?: true;
  readonly reopen?: true;
  readonly file?: string;
}

/** `order put ORDER SKU=QUANTITY…` */
export function putOrder(ask: Ask<Application>): Command {
  return command('put', 'Create an order, or replace its lines; with --hold for a while only')
    .addArgument(valueArgument('order', 'Order id', newOrderId))
    .addArgument(unitsOfSkuArgument('[lines...]', 'Lines, each as SKU=QUANTITY', newSku))
    .addOption(
      valueOption('--hold <seconds>', 'Make the order a hold that ends after so many seconds', HOLD_SECONDS),
    )
    .addOption(new Option('--split', 'Let the units of a line come from several batches').conflicts('file'))
    .addOption(
      valueOption('--needed-by <date>', 'The last day on which the units may arrive', eta).conflicts('file'),
    )
    .addOption(
      new Option(
        '--when-short <way>',
        'If a line does not fit: refuse the order (default), skip the line, or let it wait (backorder)',
      ).choices(WHEN_SHORT),
    )
    .addOption(
      valueOption(
        '--priority <number>',
        '0 to 9 (default: 5); lines of lower priority lose their batch first',
        PRIORITY,
      ),
    )
    .addOption(
      valueOption('--channel <channel>', 'Channel that the order comes from, such as web', newChannel),
    )
    .addOption(
      new Option(
        '--locations <location...>',
        'Use batches at these locations only: the first that has the whole order or, if none has, for each line the first that has it',
      ).argParser(place),
    )
    .option('--ship-complete', 'Ship the order only as a whole')
    .option('--reopen', 'Open the order again if it is cancelled')
    .option('--file <file>', 'Read the order from a JSON file instead of SKU=QUANTITY')
    .addHelpText('after', HELP)
    .action(async (orderId: string, lines: UnitsOfSku[], { json, ...options }: Options) => {
      const draft = await draftOf(lines, options);
      await ask<OrderAnswer>({
        onDatabase: async ({ commands }) => {
          const { PutOrder } = await import('../commands/put-order.js');
          const { wantedOrder } = await import('../commands/order-draft.js');
          return (await commands.execute(new PutOrder(orderId, wantedOrder(draft)))).order;
        },
        overRest: async (service) =>
          (await service.put<OrderAnswer>(path`/v1/orders/${orderId}`, draft)).body,
        show: (order) => printResult({ ...(json && { json }) }, order, formatOrder(order)),
      });
    });
}

/** One of the places of an order, behind those before it. */
function place(text: string, earlier: readonly string[] = []): readonly string[] {
  if (!newLocation.isValid(text)) throw new InvalidArgumentError(`It ${newLocation.message}.`);
  const all = [...earlier, text];
  if (!locations.isValid(all)) throw new InvalidArgumentError(`The locations ${locations.message}.`);
  return all;
}

async function draftOf(
  lines: readonly UnitsOfSku[],
  { file, hold, split, neededBy, ...options }: Omit<Options, 'json'>,
): Promise<OrderDraft> {
  if (file !== undefined && lines.length > 0)
    throw new Error('Give the lines either as SKU=QUANTITY or by --file, not both.');
  const draft =
    file === undefined
      ? { lines: requireLines(lines.map((line) => ({ ...line, split, neededBy }))) }
      : await readOrderFile(file);
  return { ...draft, ...options, ...(hold !== undefined && { expiresInSeconds: hold }) };
}
