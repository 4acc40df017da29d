import type { FileHandle } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import type { Application, ApplicationRunner } from '../application-runner.js';
import { formatOf, formatOption, type FileFormat } from '../file-format.js';
import type { Columns, NamedColumn } from './columns.js';
import { SEPARATORS, type Separator } from './header.js';
import { ImportProgress } from './import-progress.js';
import { showRejectedRows, writeRejectedRows, type RejectedRows } from './rejected-rows.js';
import type { Numbering } from './row-reader.js';
import { openRows, type Rows } from './rows.js';
import { openRejects, openSource } from './source.js';

/** What every file may hold, for the help of a command that reads one. */
export const FILE_HELP = `
The file is UTF-8 with lines that end in LF or CRLF; no value contains a line
break. Columns may come in any order; case, spaces, _ and - in their names are
ignored. Numbers are digits only, dates are YYYY-MM-DD. An apostrophe before
= + - @ is removed: it keeps spreadsheets from running a cell as a formula.

A file of rejects can be corrected and imported: its columns line, reason,
message and row are ignored. A row that could not be split is in the column row;
copy its values into the other columns.`;

/** As commander passes them. */
export interface FileOptions {
  readonly format?: FileFormat;
  readonly separator: Separator;
  readonly rejects?: string;
}

/** Adds the argument and the options of a file of rows. */
export function withFileOptions(command: Command, columns: string): Command {
  return command
    .argument('<file>', `CSV (${columns}) or NDJSON; - for stdin`)
    .addOption(formatOption())
    .addOption(
      new Option('--separator <separator>', 'Cell separator of CSV')
        .choices(Object.keys(SEPARATORS))
        .default('comma'),
    )
    .option('--rejects <file>', 'Write rejected rows to this file, as CSV or NDJSON by its extension');
}

interface Reading<Row extends object> {
  readonly columns: Columns<Row>;
  readonly numbering?: Numbering | undefined;
  /**
   * Looks at the columns that the file has, or may have if it is NDJSON.
   * @throws {InvalidFile}
   */
  readonly check?: (present: readonly NamedColumn[]) => void;
}

/** A file that is open, and where what becomes of its rows is shown. */
export interface OpenFile<Row> {
  readonly rows: Rows<Row>;
  readonly rejectedRows: RejectedRows;
  readonly progress: ImportProgress;
}

/**
 * Opens the file, the file of rejects and then the application, and closes them after the work. The file is the actor of
 * what the work does.
 * @throws {InvalidFile} before the application is opened
 */
export async function inFile<Row extends object>(
  file: string,
  { format, separator, rejects: rejectsFile }: FileOptions,
  { columns, numbering, check }: Reading<Row>,
  run: ApplicationRunner,
  work: (application: Application, file: OpenFile<Row>) => Promise<void>,
): Promise<void> {
  const source = await openSource(file, format);
  let rejects: FileHandle | null = null;
  try {
    const rows = await openRows(source, columns, { separator: SEPARATORS[separator], numbering });
    check?.(rows.columns);
    if (rejectsFile !== undefined) rejects = await openRejects(rejectsFile, file);
    await run(async (application) => {
      const progress = new ImportProgress(source.size);
      const rejectedRows = rejects
        ? await writeRejectedRows(rejects, formatOf(rejectsFile!), rows.columns, columns.all)
        : showRejectedRows(process.stderr, progress);
      const { EventLog } = await import('../../../kernel/event-log/event-log.js');
      const opened = { rows, rejectedRows, progress };
      await application.get(EventLog).actAs(source.name, () => work(application, opened));
    });
  } finally {
    await rejects?.close();
    await source.close();
  }
}
