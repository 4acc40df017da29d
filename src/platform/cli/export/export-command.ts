import { extname } from 'node:path';
import { Command, Option } from 'commander';
import { csvLine } from '../csv-writer.js';
import { FORMATS, type Format } from '../source.js';
import { figure } from '../print.js';
import type { Application, ApplicationRunner } from '../application-runner.js';
import { fileTarget, stdoutTarget, type Target } from './target.js';

/** As a shell has it of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

const HELP = `
Rows are read in one snapshot of the database, however long that takes, and written as they are read. A text that a
spreadsheet would take for a formula begins with an apostrophe, which an import takes away again. The file is there in
whole or not at all; the exit code is 0 if it is, ${INTERRUPTED} after Ctrl-C.`;

type Cell = string | number | null;

interface Export<Row extends object> {
  readonly name: string;
  readonly description: string;
  /** The names of the columns of CSV, and which field of a row each shows. NDJSON has the rows as they are. */
  readonly columns: Readonly<Record<string, keyof Row>>;
  /** The rows in portions, all of one moment. */
  readonly rows: (application: Application) => Promise<AsyncIterable<readonly Row[]>>;
}

interface Options {
  readonly output?: string;
  readonly format?: Format;
}

/** `export NAME` */
export function exportCommand<Row extends object>(
  { name, description, columns, rows }: Export<Row>,
  run: ApplicationRunner,
): Command {
  const header = Object.keys(columns);
  const fields = Object.values(columns);
  const asCsv = (row: Row) => csvLine(fields.map((field) => row[field] as Cell));
  const asJson = (row: Row) => `${JSON.stringify(row)}\n`;
  return new Command(name)
    .description(`${description}: ${header.join(',')}`)
    .option('-o, --output <file>', 'write to this file (default: stdout)')
    .addOption(
      new Option('--format <format>', 'output format (default: from the extension, else csv)').choices(
        FORMATS,
      ),
    )
    .addHelpText('after', HELP)
    .action(async ({ output, format = formatOf(output) }: Options) => {
      await run(async (application) => {
        const target = output === undefined ? stdoutTarget : await fileTarget(output);
        const signal = target.gone ? AbortSignal.any([application.signal, target.gone]) : application.signal;
        const isCsv = format === 'csv';
        let count: number | null;
        try {
          if (isCsv) await target.write(csvLine(header));
          count = await writeRows(await rows(application), target, isCsv ? asCsv : asJson, signal);
          if (count !== null) await target.finish();
        } catch (error) {
          await target.abandon();
          throw error;
        }
        if (count === null) {
          await target.abandon();
          if (application.signal.aborted && target.gone?.aborted !== true) process.exitCode = INTERRUPTED;
        } else if (output !== undefined) {
          process.stderr.write(`Wrote ${figure(count)} rows to ${output}.\n`);
        }
      });
    });
}

/** Resolves with the number of rows; with null if it was told to stop. */
async function writeRows<Row>(
  portions: AsyncIterable<readonly Row[]>,
  target: Target,
  lineOf: (row: Row) => string,
  signal: AbortSignal,
): Promise<number | null> {
  let count = 0;
  for await (const rows of portions) {
    if (signal.aborted) return null;
    await target.write(rows.map(lineOf).join(''));
    count += rows.length;
  }
  return signal.aborted ? null : count;
}

function formatOf(output: string | undefined): Format {
  return output !== undefined && /^\.(?:ndjson|jsonl)$/i.test(extname(output)) ? 'ndjson' : 'csv';
}
