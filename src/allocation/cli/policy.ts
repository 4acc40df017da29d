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
Makes the policy exactly this: what is left out is as by default. It decides
about claims from now on, and revokes none.

Waiting lines get units that become free
  first-fit   in the order of the queue; a line that they do not meet is
              passed over
  strict      in the order of the queue; what is free stays reserved for its
              head, and new lines wait behind it
  fair-share  one line of each channel in turn

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
  return group('policy', 'Show and set who gets the units of a product', showPolicy(ask), setPolicy(ask));
}

/** `policy show SKU` */
function showPolicy(ask: Ask<Application>): Command {
  return command('show', 'Show who gets the units of a product')
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
  return command('set', 'Set who gets the units of a product')
    .addArgument(valueArgument('sku', 'SKU of the product', sku))
    .addOption(
      new Option(
        '--backorders <order>',
        'In which order waiting lines get units (default: first-fit)',
      ).choices(BACKORDER_POLICIES),
    )
    .addOption(
      new Option(
        '--preference <order>',
        'Which batches of one day are taken first (default: eta, by their references)',
      ).choices(PREFERENCES),
    )
    .addOption(
      new Option('--minimum-shelf-life <days>', 'Days that units keep after they are needed').argParser(days),
    )
    .addOption(
      new Option('--safety-stock <units[@day]>', 'The last units, which nobody may take').argParser(
        collected((text) => protection(null, text)),
      ),
    )
    .addOption(
      new Option(
        '--protect <channel=units[@day]>',
        'The last units, which only this channel may take; several times for several',
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
    throw new InvalidArgumentError('It must be a channel and its units, written CHANNEL=UNITS.');
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
  if (preference !== 'eta') lines.push(`Of the batches of one day, those by ${preference} leave first.`);
  if (minimumShelfLifeDays > 0) lines.push(`Units keep ${minimumShelfLifeDays} days after they are needed.`);
  if (protections.length === 0) return [...lines, 'No units are protected.'].join('\n');
  const rows = protections.map(({ channel, quantity, until }) => [
    channel ?? '(nobody)',
    quantity,
    until ?? '',
  ]);
  return [...lines, '', table(['only for', 'units', 'until'], rows)].join('\n');
}
