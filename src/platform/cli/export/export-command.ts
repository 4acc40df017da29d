import type { Argument, Command } from 'commander';
import { INTERRUPTED, type Application, type ApplicationRunner } from '../application-runner.js';
import { bareCommand } from '../command.js';
import { csvLine, type Cell } from '../csv.js';
import { formatOf, formatOption, type FileFormat } from '../file-format.js';
import { figure } from '../print.js';
import { fileTarget, stdoutTarget, type Target } from './target.js';

const HELP = `
All rows come from one snapshot of the database, however long the export takes.
In CSV, a text that a spreadsheet would run as a formula gets a leading
apostrophe, which an import removes. The file is written completely or not at
all.

Exit code: 0 if the export is complete, 1 if it failed, ${INTERRUPTED} after Ctrl-C.`;

interface Export<Row extends object, Arguments extends readonly unknown[]> {
  readonly name: string;
  readonly description: string;
  readonly arguments?: readonly Argument[];
  /** What only this export has to say, after the options. */
  readonly help?: string;
  /** The CSV columns and the field that each shows. NDJSON has the rows unchanged. */
  readonly columns: Readonly<Record<string, keyof Row>>;
  /** The rows in chunks, all of one snapshot. */
  readonly rows: (application: Application, ...given: Arguments) => Promise<AsyncIterable<readonly Row[]>>;
}

interface Options {
  readonly output?: string;
  readonly format?: FileFormat;
}

/** `export NAME` */
export function exportCommand<Row extends object, Arguments extends readonly unknown[] = []>(
  described: Export<Row, Arguments>,
  run: ApplicationRunner,
): Command {
  const { name, description, columns, rows, help = '' } = described;
  const header = Object.keys(columns);
  const fields = Object.values(columns);
  const asCsv = (row: Row) => csvLine(fields.map((field) => row[field] as Cell));
  const asJson = (row: Row) => `${JSON.stringify(row)}\n`;
  const command = bareCommand(name, `${description} (${header.join(',')})`);
  for (const argument of described.arguments ?? []) command.addArgument(argument);
  return command
    .option('-o, --output <file>', 'Write to this file (default: stdout)')
    .addOption(formatOption())
    .addHelpText('after', help + HELP)
    .action(async (...all: readonly unknown[]) => {
      // Behind the arguments commander passes the options and itself.
      const given = all.slice(0, -2) as unknown as Arguments;
      const { output, format = formatOf(output ?? '') } = all.at(-2) as Options;
      await run(async (application) => {
        const target = output === undefined ? stdoutTarget : await fileTarget(output);
        const signal = target.closed
          ? AbortSignal.any([application.signal, target.closed])
          : application.signal;
        const isCsv = format === 'csv';
        let count: number | null;
        try {
          if (isCsv) await target.write(csvLine(header));
          count = await writeRows(await rows(application, ...given), target, isCsv ? asCsv : asJson, signal);
          if (count !== null) await target.finish();
        } catch (error) {
          await target.abandon();
          throw error;
        }
        if (count === null) {
          await target.abandon();
          if (application.signal.aborted && target.closed?.aborted !== true) process.exitCode = INTERRUPTED;
        } else if (output !== undefined) {
          process.stderr.write(`Wrote ${figure(count)} rows to ${output}.\n`);
        }
      });
    });
}

/** Resolves with the number of rows, or with null if the signal stopped it. */
async function writeRows<Row>(
  chunks: AsyncIterable<readonly Row[]>,
  target: Target,
  lineOf: (row: Row) => string,
  signal: AbortSignal,
): Promise<number | null> {
  let count = 0;
  for await (const rows of chunks) {
    if (signal.aborted) return null;
    await target.write(rows.map(lineOf).join(''));
    count += rows.length;
  }
  return signal.aborted ? null : count;
}
