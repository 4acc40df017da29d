import type { Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import { valueArgument } from '../../platform/cli/command.js';
import { exportCommand } from '../../platform/cli/export/export-command.js';
import { warn } from '../../platform/cli/print.js';
import { location } from '../../vocabulary/location.js';
import type { StockOfLocationRow } from '../queries/export-stock-of-location.js';

const HELP = `
Fill in the column counted, and post the file with the command count. Write the
sheet just before the counting: units that leave before they are counted are
taken for missing. Units that move between counting and posting are not.
`;

interface SheetRow {
  readonly reference: string;
  readonly sku: string;
  readonly bestBefore: string | null;
  readonly expected: number;
  readonly counted: null;
  readonly note: null;
}

/** `count-sheet LOCATION` */
export function countSheet(run: ApplicationRunner): Command {
  return exportCommand<SheetRow, [location: string]>(
    {
      name: 'count-sheet',
      description: 'Write a count sheet: the batches of a location that have units on hand',
      arguments: [valueArgument('location', 'Location of the batches', location)],
      help: HELP,
      columns: {
        ...({ reference: 'reference', sku: 'sku', best_before: 'bestBefore' } as const),
        ...({ expected: 'expected', counted: 'counted', note: 'note' } as const),
      },
      rows: async ({ queries }, location) => {
        const { ExportStockOfLocation } = await import('../queries/export-stock-of-location.js');
        return sheetOf(location, await queries.execute(new ExportStockOfLocation(location)));
      },
    },
    run,
  );
}

async function* sheetOf(
  location: string,
  portions: AsyncIterable<readonly StockOfLocationRow[]>,
): AsyncGenerator<readonly SheetRow[]> {
  let isEmpty = true;
  for await (const rows of portions) {
    isEmpty = false;
    yield rows.map(({ batchReference, sku, bestBefore, onHand }) => ({
      ...{ reference: batchReference, sku, bestBefore },
      ...{ expected: onHand, counted: null, note: null },
    }));
  }
  if (isEmpty) warn(`No batch at ${location} has units on hand.`);
}
