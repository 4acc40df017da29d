import type { FileHandle } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { INTERRUPTED, type Application, type ApplicationRunner } from '../application-runner.js';
import { command } from '../command.js';
import { formatOf, formatOption, type FileFormat } from '../file-format.js';
import { duration, figure, printResult, type JsonOption } from '../print.js';
import type { Columns } from './columns.js';
import { SEPARATORS, type Separator } from './header.js';
import { ImportProgress } from './import-progress.js';
import { importRows, type RowRules, type SubmitRows, type Summary } from './import-rows.js';
import { showRejectedRows, writeRejectedRows } from './rejected-rows.js';
import type { Grouping } from './row-groups.js';
import type { Numbering } from './row-reader.js';
import { openRows } from './rows.js';
import { openRejects, openSource } from './source.js';

const HELP = `
Rejected rows do not stop the import: the first ten are shown with line number
and reason. An import can be run again, also after Ctrl-C or a crash: rows that
were imported before count as repeated. A second row of the same file for the
same batch or order line is rejected even if both are equal, as it is unclear
whether one or two are meant.

The file is UTF-8 with lines that end in LF or CRLF; no value contains a line
break. Columns may come in any order; case, spaces, _ and - in their names are
ignored. Numbers are digits only, dates are YYYY-MM-DD. An apostrophe before
= + - @ is removed: it keeps spreadsheets from running a cell as a formula.

A file of rejects can be corrected and imported: its columns line, reason,
message and row are ignored. A row that could not be split is in the column row;
copy its values into the other columns.

Exit code: 0 if any row was accepted; 1 if none was, or the file could not be
read to its end; ${INTERRUPTED} after Ctrl-C.`;

/** The options that only one import has, as commander passes them. */
export type Chosen = Readonly<Record<string, unknown>>;

interface Import<Row extends object> extends RowRules<Row> {
  readonly name: string;
  readonly description: string;
  readonly options?: readonly Option[];
  /** What only this import has to say, after the options. */
  readonly help?: string;
  readonly submitter: (application: Application, chosen: Chosen) => Promise<SubmitRows<Row>>;
  /** How options change the import. */
  readonly variant?: (chosen: Chosen) => Variant<Row>;
}

interface Variant<Row extends object> {
  readonly columns?: Columns<Row>;
  readonly grouping?: Grouping<Row>;
  readonly numbering?: Numbering;
  /** Labels of the counts of rows that are new, that changed something, and that changed nothing. */
  readonly labels?: readonly [fresh: string, updated: string, repeated: string];
}

interface Options extends Chosen, JsonOption {
  readonly format?: FileFormat;
  readonly separator: Separator;
  readonly rejects?: string;
}

type Outcome = Summary & {
  readonly seconds: number;
  readonly rowsPerSecond: number;
  /** Of this process. */
  readonly peakMemoryMiB: number;
};

/** `import NAME FILE` */
export function importCommand<Row extends object>(described: Import<Row>, run: ApplicationRunner): Command {
  const { name, description, columns, options = [], help = '' } = described;
  const built = command(name, description)
    .argument('<file>', `CSV (${columns.header}) or NDJSON; - for stdin`)
    .addOption(formatOption())
    .addOption(
      new Option('--separator <separator>', 'Cell separator of CSV')
        .choices(Object.keys(SEPARATORS))
        .default('comma'),
    )
    .option('--rejects <file>', 'Write rejected rows to this file, as CSV or NDJSON by its extension')
    .addHelpText('after', help + HELP)
    .action((file: string, chosen: Options) => importFile(described, file, chosen, run));
  return options.reduce((all, option) => all.addOption(option), built);
}

async function importFile<Row extends object>(
  described: Import<Row>,
  file: string,
  chosen: Options,
  run: ApplicationRunner,
): Promise<void> {
  const { format, separator, rejects: rejectsFile } = chosen;
  const { columns = described.columns, grouping, numbering, labels } = described.variant?.(chosen) ?? {};
  const source = await openSource(file, format);
  let rejects: FileHandle | null = null;
  try {
    const rows = await openRows(source, columns, { separator: SEPARATORS[separator], numbering });
    if (rejectsFile !== undefined) rejects = await openRejects(rejectsFile, file);
    await run(async (application) => {
      const progress = new ImportProgress(source.size);
      const rejectedRows = rejects
        ? await writeRejectedRows(rejects, formatOf(rejectsFile!), rows.columns, columns.all)
        : showRejectedRows(process.stderr, progress);
      const startedAt = performance.now();
      const submit = await described.submitter(application, chosen);
      const { EventLog } = await import('../../../kernel/event-log/event-log.js');
      const summary = await application.get(EventLog).actAs(source.name, () =>
        importRows(rows.windows, {
          ...described,
          columns,
          grouping,
          submit,
          rejectedRows,
          progress,
          signal: application.signal,
        }),
      );
      progress.clear();
      rejectedRows.end();
      const outcome = outcomeOf(summary, performance.now() - startedAt);
      printResult(chosen, outcome, formatOutcome(outcome, labels));
      process.exitCode = exitCodeOf(summary);
    });
  } finally {
    await rejects?.close();
    await source.close();
  }
}

function outcomeOf(summary: Summary, elapsedMs: number): Outcome {
  return {
    ...summary,
    seconds: Math.round(elapsedMs) / 1_000,
    rowsPerSecond: Math.round((1_000 * summary.rows) / elapsedMs),
    peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
  };
}

function formatOutcome(
  { rows, new: fresh, updated, repeated, rejected, isInterrupted, ...outcome }: Outcome,
  labels: Variant<never>['labels'],
): string {
  const { seconds, rowsPerSecond, peakMemoryMiB } = outcome;
  const [freshLabel, updatedLabel, repeatedLabel] = labels ?? ['new', null, 'repeated'];
  const lines: [string | null, number][] = [
    [freshLabel, fresh],
    [updatedLabel, updated],
    [repeatedLabel, repeated],
    ['rejected', total(rejected)],
    ...Object.entries(rejected).map(([reason, count]): [string, number] => [`  ${reason}`, count]),
  ];
  return [
    `${isInterrupted ? 'Interrupted after' : 'Read'} ${figure(rows)} rows in ${duration(1_000 * seconds)} ` +
      `(${figure(rowsPerSecond)} rows/s, peak memory ${peakMemoryMiB} MiB)`,
    ...lines.flatMap(([label, count]) =>
      label === null ? [] : `${label.padEnd(22)} ${figure(count).padStart(13)}`,
    ),
  ].join('\n');
}

function exitCodeOf({ rows, rejected, isInterrupted }: Summary): number {
  if (isInterrupted) return INTERRUPTED;
  return total(rejected) === rows ? 1 : 0;
}

function total(counts: Summary['rejected']): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
