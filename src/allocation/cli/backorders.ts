import type { Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import { limitOption, printItems } from '../../platform/cli/list-command.js';
import { table, type JsonOption } from '../../platform/cli/print.js';
import { sku } from '../../vocabulary/sku.js';
import { wholeNumber } from '../../vocabulary/value.js';
import type { BackorderAnswer } from '../queries/list-backorders.js';

const PLACE = wholeNumber({ min: 0, max: Number.MAX_SAFE_INTEGER });

interface Options extends JsonOption {
  readonly after?: number;
  readonly limit: number;
}

/** `backorders SKU` */
export function backorders(run: ApplicationRunner): Command {
  return command('backorders', 'List the lines that wait for a product, in the order of its queue')
    .addArgument(valueArgument('sku', 'SKU of the product', sku))
    .addOption(valueOption('--after <cursor>', 'Start after the page that ended there', PLACE))
    .addOption(limitOption())
    .action((product: string, { after = 0, limit, json }: Options) =>
      run(async ({ queries }) => {
        const { ListBackorders } = await import('../queries/list-backorders.js');
        const found = await queries.execute(new ListBackorders(product, after, limit + 1));
        const shown = found.slice(0, limit);
        const next = found.length > limit ? shown.at(-1)!.place : null;
        const items = shown.map(({ place: _, ...line }) => line);
        const none = `No line waits for ${product}.`;
        printItems({ items, next }, { json, format: formatBackorders, none });
      }),
    );
}

function formatBackorders(lines: readonly Omit<BackorderAnswer, 'place'>[]): string {
  return table(
    ['order', 'quantity', 'ahead', 'priority', 'channel', 'split', 'needed by', 'held until'],
    lines.map(({ orderId, quantity, unitsAhead, priority, channel, split, neededBy, expiresAt }) => [
      ...[orderId, quantity, unitsAhead, priority, channel ?? '', split ? 'split' : ''],
      ...[neededBy ?? '', expiresAt ?? ''],
    ]),
  );
}
