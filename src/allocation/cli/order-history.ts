import type { Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import { limitOption, printItems } from '../../platform/cli/list-command.js';
import { instant, table, type JsonOption } from '../../platform/cli/print.js';
import { orderId } from '../../vocabulary/order-id.js';
import { wholeNumber } from '../../vocabulary/value.js';
import type { OrderHistoryEntry } from '../queries/list-order-history.js';

interface Options extends JsonOption {
  readonly after?: number;
  readonly limit: number;
}

/** `order history ORDER` */
export function orderHistory(run: ApplicationRunner): Command {
  return command('history', 'Show what happened to the lines of an order, and who did it')
    .addArgument(valueArgument('order', 'Order id', orderId))
    .addOption(valueOption('--after <position>', 'Start after this position of the log', wholeNumber()))
    .addOption(limitOption())
    .action((orderId: string, { after = 0, limit, json }: Options) =>
      run(async ({ queries }) => {
        const { ListOrderHistory } = await import('../queries/list-order-history.js');
        const found = await queries.execute(new ListOrderHistory(orderId, after, limit + 1));
        const items = found.slice(0, limit);
        const next = found.length > limit ? items.at(-1)!.position : null;
        printItems({ items, next }, { json, format: formatHistory, none: 'Nothing more happened to it.' });
      }),
    );
}

function formatHistory(entries: readonly OrderHistoryEntry[]): string {
  return table(
    ['position', 'at', 'by', 'event', 'sku', 'reason', 'passed over'],
    entries.map(({ position, occurredAt, actor, type, sku, reason, passedOver }) => [
      ...[position, instant(occurredAt), actor ?? '', type, sku, reason ?? ''],
      passedOver.map(({ batchReference, reason }) => `${batchReference}: ${reason}`).join(', '),
    ]),
  );
}
