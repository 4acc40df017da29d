import type { FileHandle } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import type { Application, ApplicationRunner } from '../application-runner.js';
import { command } from '../command.js';
import { duration, figure, print, printJson } from '../print.js';
import type { Columns } from './columns.js';
import { importRows, type Summary, type SubmitRows } from './import-rows.js';
import { Progress } from './progress.js';
import { SEPARATORS, type Separator } from './header.js';
import type { Numbering } from './numbering.js';
import { rejectsIn, rejectsTo } from './rejected-rows.js';
import type { Identity } from './repeated-rows.js';
import { openRows } from './rows.js';
import { FORMATS, formatOf, openSource, openTarget, type Format } from '../source.js';

/** As a shell has it of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

const HELP = `
The first ten rows that are rejected are shown with their line number and reason, and the rest goes on. Safe to run
again, also after Ctrl-C or a crash: rows that were taken before are counted as repeated. A second row of the same
file for the same thing is rejected, also when both say the same: it may be meant as one or as two.

The file is UTF-8, its lines end in LF or CRLF, and no value holds a line break. The columns may be in any order, and
case, spaces, _ and - in their names make no difference. A number is digits alone, a day YYYY-MM-DD. An apostrophe
before = + - @ is taken away: it keeps spreadsheets from computing a cell.

A file of rejects can be mended and imported: its columns line, reason, message and row are passed over. A row that
could not be split stands in the column row, and is to be written into its cells.

The exit code is 0 if any row was taken, whatever was rejected; 1 if none was, or the file could not be read to its
end; ${INTERRUPTED} after Ctrl-C.`;

/** The options of an import that it alone has, as commander gives them. */
export type Chosen = Readonly<Record<string, unknown>>;

interface Import<Row extends object> {
  readonly name: string;
  readonly description: string;
  readonly options?: readonly Option[];
  readonly columns: Columns<Row>;
  /** Rows of one key are taken in the order of the file. */
  readonly keyOf: (row: Row) => string;
  /** A second row of the same identity is rejected. Left out: a file may repeat its rows. */
  readonly identity?: Identity<Row>;
  readonly take: (application: Application, chosen: Chosen) => Promise<SubmitRows<Row>>;
  /** What else an option makes of it. */
  readonly variant?: (chosen: Chosen) => Variant<Row>;
}

interface Variant<Row extends object> {
  readonly columns?: Columns<Row>;
  readonly numbering?: Numbering;
  /** What it is called when rows are new, when they change something, and when they change nothing. */
  readonly words?: readonly [fresh: string, updated: string, repeated: string];
}

interface Options extends Chosen {
  readonly format?: Format;
  readonly separator: Separator;
  readonly rejects?: string;
  readonly json?: true;
}

/** What an import has come to. */
type Outcome = Summary & {
  readonly seconds: number;
  readonly rowsPerSecond: number;
  /** Of this process. */
  readonly peakMemoryMiB: number;
};

/** `import NAME FILE` */
export function importCommand<Row extends object>(described: Import<Row>, run: ApplicationRunner): Command {
  const { name, description, columns, options = [] } = described;
  const built = command(name, description)
    .argument('<file>', `CSV (${columns.header}) or NDJSON; - for stdin`)
    .addOption(
      new Option('--format <format>', 'what the file is; known by .ndjson and .jsonl').choices(FORMATS),
    )
    .addOption(
      new Option('--separator <separator>', 'what stands between the cells of CSV')
        .choices(Object.keys(SEPARATORS))
        .default('comma'),
    )
    .option('--rejects <file>', 'write rejected rows there, as CSV or by its name as NDJSON, not to stderr')
    .addHelpText('after', HELP)
    .action((file: string, chosen: Options) => importFile(described, file, chosen, run));
  return options.reduce((all, option) => all.addOption(option), built);
}

async function importFile<Row extends object>(
  described: Import<Row>,
  file: string,
  chosen: Options,
  run: ApplicationRunner,
): Promise<void> {
  const { format, separator, rejects: rejectsFile, json } = chosen;
  const { columns = described.columns, numbering, words } = described.variant?.(chosen) ?? {};
  const source = await openSource(file, format);
  let target: FileHandle | null = null;
  try {
    const rows = await openRows(source, columns, { separator: SEPARATORS[separator], numbering });
    if (rejectsFile !== undefined) target = await openTarget(rejectsFile, file);
    await run(async (application) => {
      const progress = new Progress(source.size);
      const rejects = target
        ? await rejectsIn(target, formatOf(rejectsFile!), rows.columns)
        : rejectsTo(process.stderr, progress);
      const startedAt = performance.now();
      const summary = await importRows(rows.windows, {
        columns,
        keyOf: described.keyOf,
        ...(described.identity && { identity: described.identity }),
        take: await described.take(application, chosen),
        rejects,
        progress,
        signal: application.signal,
      });
      progress.clear();
      rejects.end();
      const outcome = outcomeOf(summary, performance.now() - startedAt);
      if (json) printJson(outcome);
      else print(wordingOf(outcome, words));
      process.exitCode = exitCodeOf(summary);
    });
  } finally {
    await target?.close();
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

function wordingOf(
  { rows, new: fresh, updated, repeated, rejected, isInterrupted, ...outcome }: Outcome,
  words: Variant<never>['words'],
): string {
  const all = Object.values(rejected).reduce((sum, count) => sum + count, 0);
  const { seconds, rowsPerSecond, peakMemoryMiB } = outcome;
  const taken: [string, number][] = words
    ? [
        [words[0], fresh],
        [words[1], updated],
        [words[2], repeated],
      ]
    : [
        ['new', fresh],
        ['repeated', repeated],
      ];
  const lines: [string, number][] = [
    ...taken,
    ['rejected', all],
    ...Object.entries(rejected).map(([reason, count]): [string, number] => [`  ${reason}`, count]),
  ];
  return [
    `${isInterrupted ? 'Interrupted after' : 'Read'} ${figure(rows)} rows in ${duration(1_000 * seconds)} ` +
      `(${figure(rowsPerSecond)} rows/s, ${peakMemoryMiB} MiB of memory at most)`,
    ...lines.map(([what, count]) => `${what.padEnd(22)} ${figure(count).padStart(13)}`),
  ].join('\n');
}

function exitCodeOf({ rows, rejected, isInterrupted }: Summary): number {
  if (isInterrupted) return INTERRUPTED;
  const all = Object.values(rejected).reduce((sum, count) => sum + count, 0);
  return all === rows ? 1 : 0;
}
