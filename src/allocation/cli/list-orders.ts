import { Option, type Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, valueOption } from '../../platform/cli/command.js';
import { limitOption, printItems, type Page } from '../../platform/cli/list-command.js';
import { instant, table, type JsonOption } from '../../platform/cli/print.js';
import { channel } from '../../vocabulary/channel.js';
import { storedCode } from '../../vocabulary/code.js';
import { sku } from '../../vocabulary/sku.js';
import { ORDER_STATES } from '../domain/order-state.js';
import type { OrderFilter } from '../queries/list-orders.js';
import type { OrderAnswer } from '../queries/order-answer.js';

type ListOptions = OrderFilter & JsonOption & { readonly after?: string; readonly limit: number };

/** `order list` */
export function listOrders(ask: Ask<Application>): Command {
  return command('list', 'List orders, the newest first')
    .addOption(new Option('--state <state>', 'Show only orders in this state').choices(ORDER_STATES))
    .addOption(valueOption('--sku <sku>', 'Show only orders with a line of this SKU', sku))
    .addOption(valueOption('--channel <channel>', 'Show only orders of this channel', channel))
    .addOption(valueOption('--after <order>', 'Start after this order', storedCode))
    .addOption(limitOption())
    .addHelpText(
      'after',
      '\nOrders that consist only of lines of `allocate` or of `import orders` are not listed.',
    )
    .action(({ state, sku, channel, after, limit, json }: ListOptions) =>
      ask<Page<OrderAnswer>>({
        onDatabase: async ({ queries }) => {
          const { ListOrders } = await import('../queries/list-orders.js');
          return queries.execute(new ListOrders({ state, sku, channel }, after, limit));
        },
        overRest: (service) => service.get('/v1/orders', { state, sku, channel, after, limit }),
        show: (page) => printItems(page, { json, format: formatList, none: 'There are no such orders.' }),
      }),
    );
}

function formatList(orders: readonly OrderAnswer[]): string {
  const rows = orders.map(({ orderId, state, expiresAt, channel, priority, lines }) => [
    orderId,
    state,
    expiresAt === null ? '' : instant(new Date(expiresAt)),
    channel ?? '',
    priority,
    lines.length,
  ]);
  return table(['order', 'state', 'expires', 'channel', 'priority', 'lines'], rows);
}
