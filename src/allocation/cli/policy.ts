import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, group, valueArgument } from '../../platform/cli/command.js';
import { printResult, table, type JsonOption } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import { newChannel } from '../../vocabulary/channel.js';
import { eta } from '../../vocabulary/eta.js';
import { quantity } from '../../vocabulary/quantity.js';
import { sku } from '../../vocabulary/sku.js';
import {
  BACKORDER_POLICIES,
  DEFAULT_POLICY,
  MOST_SHELF_LIFE_DAYS,
  type Policy,
  type Protection,
} from '../domain/policy.js';
import { PREFERENCES, type Preference } from '../domain/preference.js';
import type { PolicyAnswer } from '../queries/find-policy.js';

const HELP = `
Replaces the whole policy: an option that is left out gets its default. The
policy applies to new claims; existing claims stay.

How waiting lines get units that become available:
  first-fit   in the order of the queue; a line that needs more units than there
              are is skipped
  strict      in the order of the queue, and no line is skipped: available units
              are reserved for the first line, and new lines wait behind it
  fair-share  the channels take turns, one line each

Examples:
  policy set SMALL-TABLE --safety-stock 5 --protect web=20
  policy set SMALL-TABLE --protect web=20@2026-12-31
  policy set SMALL-TABLE --backorders strict
  policy set SMALL-TABLE --backorders fair-share --protect web=20
  policy set MILK --preference fefo --minimum-shelf-life 10
  policy set SMALL-TABLE`;

interface Options extends JsonOption {
  readonly preference?: Preference;
  readonly minimumShelfLife?: number;
  readonly backorders?: Policy['backorders'];
  readonly safetyStock?: readonly Protection[];
  readonly protect?: readonly Protection[];
}

/** The commands about who gets the units of a product. */
export function policyCommands(ask: Ask<Application>): Command {
  return group(
    'policy',
    'Show and set the allocation policy of a product: who gets its units',
    showPolicy(ask),
    setPolicy(ask),
  );
}

/** `policy show SKU` */
function showPolicy(ask: Ask<Application>): Command {
  return command('show', 'Show the allocation policy of a product')
    .addArgument(valueArgument('sku', 'SKU of the product', sku))
    .action((sku: string, options: JsonOption) =>
      ask<PolicyAnswer>({
        onDatabase: async ({ queries }) => {
          const { FindPolicy } = await import('../queries/find-policy.js');
          return queries.execute(new FindPolicy(sku));
        },
        overRest: (service) => service.get(path`/v1/products/${sku}/policy`),
        show: (found) => printResult(options, found, formatPolicy(found)),
      }),
    );
}

/** `policy set SKU` */
function setPolicy(ask: Ask<Application>): Command {
  return command('set', 'Set the allocation policy of a product')
    .addArgument(valueArgument('sku', 'SKU of the product', sku))
    .addOption(
      new Option(
        '--backorders <order>',
        'How waiting lines get units that become available (default: first-fit)',
      ).choices(BACKORDER_POLICIES),
    )
    .addOption(
      new Option(
        '--preference <order>',
        'Which of the batches of the same day are used first (default: eta, sorted by reference)',
      ).choices(PREFERENCES),
    )
    .addOption(
      new Option(
        '--minimum-shelf-life <days>',
        'Days that units must keep after the day on which they are needed',
      ).argParser(days),
    )
    .addOption(
      new Option(
        '--safety-stock <units[@day]>',
        'How many of the last units no order may take, and until which day',
      ).argParser(collected((text) => protection(null, text))),
    )
    .addOption(
      new Option(
        '--protect <channel=units[@day]>',
        'How many of the last units only this channel may take; repeat it for several channels',
      ).argParser(collected(protectionOfChannel)),
    )
    .addHelpText('after', HELP)
    .action(
      (sku: string, { json, minimumShelfLife, safetyStock = [], protect = [], ...options }: Options) => {
        const shelfLife = minimumShelfLife !== undefined && { minimumShelfLifeDays: minimumShelfLife };
        const protections = [...safetyStock, ...protect];
        const policy = { ...DEFAULT_POLICY, ...options, ...shelfLife, protections };
        return ask<void>({
          onDatabase: async ({ commands }) => {
            const { ChangePolicy } = await import('../commands/change-policy.js');
            await commands.execute(new ChangePolicy(sku, policy));
          },
          overRest: async (service) => void (await service.put(path`/v1/products/${sku}/policy`, policy)),
          show: () => {
            const answer = { sku, ...policy };
            printResult({ ...(json && { json }) }, answer, formatPolicy(answer));
          },
        });
      },
    );
}

/** An option that may be given several times. */
const collected =
  (read: (text: string) => Protection) =>
  (text: string, earlier: readonly Protection[] = []): readonly Protection[] => [...earlier, read(text)];

function days(text: string): number {
  const parsed = Number(text);
  if (/^\d+$/u.test(text) && parsed <= MOST_SHELF_LIFE_DAYS) return parsed;
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${MOST_SHELF_LIFE_DAYS}.`);
}

function protectionOfChannel(text: string): Protection {
  const at = text.lastIndexOf('=');
  const channel = text.slice(0, at);
  if (at < 0 || !newChannel.isValid(channel))
    throw new InvalidArgumentError(
      'It must be a channel and its units, written CHANNEL=UNITS or CHANNEL=UNITS@DAY.',
    );
  return protection(channel, text.slice(at + 1));
}

/** @param text units and, after an @, the last day on which it holds */
function protection(channel: string | null, text: string): Protection {
  const [units = '', day = ''] = text.split('@', 2);
  const [parsed, until] = [quantity.parse(units), eta.parse(day)];
  if (!quantity.isValid(parsed)) throw new InvalidArgumentError(`The units ${quantity.message}.`);
  if (!eta.isValid(until)) throw new InvalidArgumentError(`The day ${eta.message}.`);
  return { channel, quantity: parsed, until };
}

function formatPolicy(policy: PolicyAnswer): string {
  const { sku, preference, backorders, minimumShelfLifeDays, protections } = policy;
  const lines = [`${sku}: waiting lines get units ${backorders}.`];
  if (preference !== 'eta') lines.push(`Batches of the same day are used in the order ${preference}.`);
  if (minimumShelfLifeDays > 0)
    lines.push(`Units must keep ${minimumShelfLifeDays} days after they are needed.`);
  if (protections.length === 0) return [...lines, 'No units are protected.'].join('\n');
  const rows = protections.map(({ channel, quantity, until }) => [
    channel ?? '(nobody)',
    quantity,
    until ?? '',
  ]);
  return [...lines, '', table(['only for', 'units', 'until'], rows)].join('\n');
}
