import type { Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import { print, printJson, table, type JsonOption } from '../../platform/cli/print.js';
import { aDay } from '../../vocabulary/eta.js';
import { sku } from '../../vocabulary/sku.js';
import type { TimelineAnswer } from '../queries/find-timeline.js';

/** `timeline SKU` */
export function timeline(run: ApplicationRunner): Command {
  return command('timeline', 'Show what comes of a product, what is claimed and what is left, by date')
    .addArgument(valueArgument('sku', 'The product', sku))
    .addOption(valueOption('--until <date>', 'The last day to show (YYYY-MM-DD)', aDay))
    .action((product: string, { until, json }: JsonOption & { readonly until?: string }) =>
      run(async ({ queries }) => {
        const { FindTimeline } = await import('../queries/find-timeline.js');
        const found = await queries.execute(new FindTimeline(product, until));
        if (json) printJson(found);
        else print(formatTimeline(found));
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
