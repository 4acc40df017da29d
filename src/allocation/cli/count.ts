import type { Command } from 'commander';
import {
  INTERRUPTED,
  type Application,
  type ApplicationRunner,
} from '../../platform/cli/application-runner.js';
import { command, valueArgument, valueOption } from '../../platform/cli/command.js';
import {
  FILE_HELP,
  inFile,
  withFileOptions,
  type FileOptions,
  type OpenFile,
} from '../../platform/cli/import/import-file.js';
import { exitCodeOf, formatOutcome, outcomeOf, total } from '../../platform/cli/import/import-outcome.js';
import { importRows } from '../../platform/cli/import/import-rows.js';
import { printResult, warn, type JsonOption } from '../../platform/cli/print.js';
import { location } from '../../vocabulary/location.js';
import { reason } from '../../vocabulary/reason.js';
import { countColumns, countedRows, countName, requireNames, type CountRow } from './count-file.js';
import { formatUncounted } from './count-report.js';
import type { CycleTerms } from './cycle-count.js';

const HELP = `
Without --apply the command writes nothing: it shows the variances, and how many
order lines would move or lose their units. With --apply each batch of the file
gets a count under the name COUNT/REFERENCE, so repeating the same file changes
nothing, and other numbers under the same name are rejected.

A row names its batch by reference, or by sku if the location has only one batch
of it. A row without a number in the column counted is skipped. Batches of the
location that have units on hand and no number are listed; --missing-are-zero
counts them as 0, unless a row of the file was rejected.

The column expected has the units that were on hand when they were counted, as
count-sheet writes it, so that units which come or leave between counting and
posting are not lost. Without it, the number that was counted is compared with
the units on hand at the time of posting.
${FILE_HELP}

Examples:
  count-sheet main -o july.csv
  count july main july.csv
  count july main july.csv --apply

Exit code: 0 if any row was accepted; 1 if none was, or if --missing-are-zero
could not count all missing batches; ${INTERRUPTED} after Ctrl-C.`;

interface Options extends JsonOption, FileOptions {
  readonly apply?: boolean;
  readonly missingAreZero?: boolean;
  readonly reason?: string;
}

/** `count COUNT LOCATION FILE` */
export function countLocation(run: ApplicationRunner): Command {
  const built = command('count', 'Compare a count of a location with the books, and post it with --apply')
    .addArgument(valueArgument('count', 'Name that you choose for the count', countName))
    .addArgument(valueArgument('location', 'Location of the batches', location));
  return withFileOptions(built, countColumns.header)
    .option('--apply', 'Post the count')
    .option('--missing-are-zero', 'Count batches of the location without a number as 0')
    .addOption(valueOption('--reason <reason>', 'Reason for all rows without a note, in a few words', reason))
    .addHelpText('after', HELP)
    .action((count: string, at: string, file: string, options: Options) => {
      const terms = { count, location: at, isPreview: options.apply !== true, reason: options.reason };
      const reading = { columns: countColumns, check: requireNames };
      return inFile(file, options, reading, run, (application, opened) =>
        countFile(application, opened, terms, options),
      );
    });
}

async function countFile(
  application: Application,
  { rows, rejectedRows, progress }: OpenFile<CountRow>,
  terms: CycleTerms,
  options: Options,
): Promise<void> {
  const startedAt = performance.now();
  const { CycleCount } = await import('./cycle-count.js');
  const cycle = new CycleCount(application, terms);
  const summary = await importRows(countedRows(rows.windows), {
    columns: countColumns,
    keyOf: ({ sku, reference }) => sku ?? reference ?? '',
    identity: {
      of: ({ reference, sku }) => (reference === undefined ? ['sku', sku ?? ''] : ['batch', reference]),
      describe: ({ reference, sku }) =>
        reference !== undefined ? `batch ${reference}` : sku !== undefined ? `SKU ${sku}` : 'no batch',
    },
    submit: (rows) => cycle.submit(rows),
    signal: application.signal,
    rejectedRows,
    progress,
  });
  progress.clear();
  rejectedRows.end();
  if (!rows.columns.some(({ field }) => field === 'expected')) warn(NO_EXPECTED);
  const uncounted = summary.isInterrupted ? [] : await cycle.listUncounted();
  const asZero = options.missingAreZero === true && uncounted.length > 0;
  const isClean = total(summary.rejected) === 0;
  if (asZero && !isClean) warn(NOT_AS_ZERO);
  const left =
    asZero && isClean ? await cycle.countAsZero(uncounted, ({ message }) => warn(message)) : uncounted;
  const outcome = outcomeOf(summary, performance.now() - startedAt);
  const { count, location, isPreview } = terms;
  printResult(
    options,
    { count, location, isApplied: !isPreview, ...outcome, ...cycle.report.json, uncounted: left },
    [
      ...(isPreview ? [`Nothing was written. This is what ${count} would change at ${location}:`, ''] : []),
      cycle.report.format(isPreview),
      ...(left.length > 0 ? ['', formatUncounted(left)] : []),
      '',
      formatOutcome(outcome, [isPreview ? 'would be counted' : 'counted', null, 'repeated']),
      ...(isPreview ? ['', 'Add --apply to post it.'] : []),
    ].join('\n'),
  );
  process.exitCode = asZero && left.length > 0 ? 1 : exitCodeOf(summary);
}

const NO_EXPECTED =
  'The file has no column expected: units that moved since the counting are taken for variances.';
const NOT_AS_ZERO =
  'No batch was counted as 0, because a rejected row may be about one of them: correct the rejected rows first.';
