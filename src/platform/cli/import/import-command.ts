import type { Command, Option } from 'commander';
import { INTERRUPTED, type Application, type ApplicationRunner } from '../application-runner.js';
import { command } from '../command.js';
import { printResult, type JsonOption } from '../print.js';
import type { Columns } from './columns.js';
import { FILE_HELP, inFile, withFileOptions, type FileOptions } from './import-file.js';
import { exitCodeOf, formatOutcome, outcomeOf, type Labels } from './import-outcome.js';
import { importRows, type RowRules, type SubmitRows } from './import-rows.js';
import type { Grouping } from './row-groups.js';
import type { Numbering } from './row-reader.js';

const HELP = `
Rejected rows do not stop the import: the first ten are shown with line number
and reason. An import can be run again, also after Ctrl-C or a crash: rows that
were imported before count as repeated. A second row of the same file for the
same batch or order line is rejected even if both are equal, as it is unclear
whether one or two are meant.
${FILE_HELP}

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
  readonly labels?: Labels;
}

type Options = Chosen & JsonOption & FileOptions;

/** `import NAME FILE` */
export function importCommand<Row extends object>(described: Import<Row>, run: ApplicationRunner): Command {
  const { name, description, columns, options = [], help = '' } = described;
  const built = withFileOptions(command(name, description), columns.header)
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
  const { columns = described.columns, grouping, numbering, labels } = described.variant?.(chosen) ?? {};
  const reading = { columns, numbering };
  await inFile(file, chosen, reading, run, async (application, { rows, rejectedRows, progress }) => {
    const startedAt = performance.now();
    const submit = await described.submitter(application, chosen);
    const { signal } = application;
    const rules = { ...described, columns, grouping };
    const summary = await importRows(rows.windows, { ...rules, submit, rejectedRows, progress, signal });
    progress.clear();
    rejectedRows.end();
    const outcome = outcomeOf(summary, performance.now() - startedAt);
    printResult(chosen, outcome, formatOutcome(outcome, labels));
    process.exitCode = exitCodeOf(summary);
  });
}
