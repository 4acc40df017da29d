import type { Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, valueOption } from '../../platform/cli/command.js';
import { limitOption, printItems, type Page } from '../../platform/cli/list-command.js';
import { table, type JsonOption } from '../../platform/cli/print.js';
import { orderId } from '../../vocabulary/order-id.js';
import { reference } from '../../vocabulary/reference.js';
import { sku } from '../../vocabulary/sku.js';
import type { PromiseAnswer } from '../queries/list-promises.js';

interface Options extends JsonOption {
  readonly batch?: string;
  readonly sku?: string;
  readonly order?: string;
  readonly late?: true;
  readonly after?: string;
  readonly limit: number;
}

/** `promises` */
export function promises(ask: Ask<Application>): Command {
  return command('promises', 'List the dates that lines were promised, and when they are expected now')
    .addOption(
      valueOption('--batch <reference>', 'Show only lines that claim units of this batch', reference),
    )
    .addOption(valueOption('--sku <sku>', 'Show only lines of this SKU', sku))
    .addOption(valueOption('--order <order>', 'Show only lines of this order', orderId))
    .option('--late', 'Show only lines that are expected later than promised, or later than needed')
    .option('--after <cursor>', 'Start after this cursor, which the previous page printed')
    .addOption(limitOption())
    .action(({ batch: batchReference, sku, order: orderId, late, after, limit, json }: Options) =>
      ask<Page<PromiseAnswer>>({
        onDatabase: async ({ queries }) => {
          const { ListPromises } = await import('../queries/list-promises.js');
          const filter = { batchReference, sku, orderId, late };
          return queries.execute(new ListPromises(filter, after, limit));
        },
        overRest: (service) =>
          service.get('/v1/promises', { batchReference, sku, orderId, late, after, limit }),
        show: (page) => {
          printItems(page, { json, format: formatPromises, none: 'There are no such lines.' });
        },
      }),
    );
}

function formatPromises(lines: readonly PromiseAnswer[]): string {
  return table(
    ['order', 'sku', 'quantity', 'batch', 'promised', 'expected', 'needed by', 'late'],
    lines.map(({ orderId, sku, quantity, claims, promisedDate, expectedDate, overdue, neededBy, late }) => [
      ...[orderId, sku, quantity, claims.map(({ batchReference }) => batchReference).join(' ')],
      promisedDate ?? 'at once',
      expectedDate ?? (overdue ? 'overdue' : 'on hand'),
      neededBy ?? '',
      late ? 'late' : '',
    ]),
  );
}
