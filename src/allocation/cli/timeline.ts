import type { Command } from 'commander';
import type { Application } from '../../platform/cli/application-runner.js';
import type { Ask } from '../../platform/cli/ask.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import { print, printJson, table, type JsonOption } from '../../platform/cli/print.js';
import { path } from '../../platform/cli/rest/service.js';
import { aDay } from '../../vocabulary/eta.js';
import { sku } from '../../vocabulary/sku.js';
import type { TimelineAnswer } from '../queries/find-timeline.js';

/** `timeline SKU` */
export function timeline(ask: Ask<Application>): Command {
  return command('timeline', 'Show the units of a product that arrive, are claimed and are left, by date')
    .addArgument(valueArgument('sku', 'SKU of the product', sku))
    .addOption(valueOption('--until <date>', 'The last day to show (YYYY-MM-DD)', aDay))
    .action((product: string, { until, json }: JsonOption & { readonly until?: string }) =>
      ask<TimelineAnswer>({
        onDatabase: async ({ queries }) => {
          const { FindTimeline } = await import('../queries/find-timeline.js');
          return queries.execute(new FindTimeline(product, until));
        },
        overRest: (service) => service.get(path`/v1/products/${product}/timeline`, { until }),
        show: (found) => {
          if (json) printJson(found);
          else print(formatTimeline(found));
        },
      }),
    );
}

function formatTimeline({ items }: TimelineAnswer): string {
  return table(
    ['date', 'receipts', 'claims', 'available', 'cumulative'],
    items.map(({ date, overdue, receipts, claims, available, cumulative }) => [
      date ?? (overdue ? 'overdue' : 'on hand'),
      ...[receipts, claims, available, cumulative],
    ]),
  );
}
