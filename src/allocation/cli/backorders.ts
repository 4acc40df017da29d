import type { Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import { limitOption, pageOf, printItems, type Page } from '../../platform/cli/list-command.js';
import { table, type JsonOption } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import { sku } from '../../vocabulary/sku.js';
import { wholeNumber } from '../../vocabulary/value.js';
import type { BackorderAnswer } from '../queries/list-backorders.js';

const PLACE = wholeNumber({ min: 0, max: Number.MAX_SAFE_INTEGER });

type Waiting = Omit<BackorderAnswer, 'place'>;

interface Options extends JsonOption {
  readonly after?: number;
  readonly limit: number;
}

/** `backorders SKU` */
export function backorders(ask: Ask<Application>): Command {
  return command('backorders', 'List the lines that wait for units of a product, in the order of its queue')
    .addArgument(valueArgument('sku', 'SKU of the product', sku))
    .addOption(
      valueOption('--after <cursor>', 'Start after this cursor, which the previous page printed', PLACE),
    )
    .addOption(limitOption())
    .action((product: string, { after = 0, limit, json }: Options) =>
      ask<Page<Waiting>>({
        onDatabase: async ({ queries }) => {
          const { ListBackorders } = await import('../queries/list-backorders.js');
          const found = await queries.execute(new ListBackorders(product, after, limit + 1));
          const { items, next } = pageOf(found, limit, ({ place }) => place);
          return { items: items.map(({ place: _, ...line }) => line), next };
        },
        overRest: (service) => service.get(path`/v1/products/${product}/backorders`, { after, limit }),
        show: (page) => {
          printItems(page, { json, format: formatBackorders, none: `No line waits for ${product}.` });
        },
      }),
    );
}

function formatBackorders(lines: readonly Waiting[]): string {
  return table(
    ['order', 'quantity', 'ahead', 'priority', 'channel', 'split', 'needed by', 'held until'],
    lines.map(({ orderId, quantity, unitsAhead, priority, channel, split, neededBy, expiresAt }) => [
      ...[orderId, quantity, unitsAhead, priority, channel ?? '', split ? 'split' : ''],
      ...[neededBy ?? '', expiresAt ?? ''],
    ]),
  );
}
