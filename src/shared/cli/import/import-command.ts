import type { FileHandle } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import type { Application, Run } from '../run.js';
import { command } from '../command.js';
import { duration, figure, print, printJson } from '../print.js';
import type { Columns } from './columns.js';
import { importRows, type Summary, type TakeRows } from './import-rows.js';
import { Progress } from './progress.js';
import { rejectsIn, rejectsTo } from './rejects.js';
import type { Identity } from './repeated-rows.js';
import { FORMATS, openSource, openTarget, type Format } from './source.js';

/** As a shell has it of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

const HELP = `
A row that is rejected is told with its line number and reason, and the rest goes on. Safe to run again, also after
Ctrl-C or a crash: rows that were taken before are counted as repeated. A second row of the same file for the same
thing is rejected, also when both say the same: it may be meant as one or as two.

No value may hold a line break, so a row is a line. The exit code is 0 where the file was read to its end, whatever
was rejected; 1 where it, or none of its rows, could be read; ${INTERRUPTED} after Ctrl-C.`;

interface Import<Row extends object> {
  readonly name: string;
  readonly description: string;
  readonly columns: Columns<Row>;
  /** Rows of one key are taken in the order of the file. */
  readonly keyOf: (row: Row) => string;
  /** A second row of the same identity is rejected. Left out: a file may repeat its rows. */
  readonly identity?: Identity<Row>;
  readonly take: (application: Application) => Promise<TakeRows<Row>>;
}

interface Options {
  readonly format?: Format;
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
export function importCommand<Row extends object>(
  { name, description, columns, keyOf, identity, take }: Import<Row>,
  run: Run,
): Command {
  return command(name, description)
    .argument('<file>', `CSV (${columns.header}) or NDJSON; - for stdin`)
    .addOption(
      new Option('--format <format>', 'what the file is; known by .ndjson and .jsonl').choices(FORMATS),
    )
    .option('--rejects <file>', 'write rejected rows there as CSV, instead of to stderr')
    .addHelpText('after', HELP)
    .action(async (file: string, { format, rejects: rejectsFile, json }: Options) => {
      const source = await openSource(file, format);
      let target: FileHandle | null = null;
      try {
        if (rejectsFile !== undefined) target = await openTarget(rejectsFile, file);
        await run(async (application) => {
          const progress = new Progress(source.size);
          const rejects = target ? await rejectsIn(target) : rejectsTo(process.stderr, progress);
          const { signal } = application;
          const startedAt = performance.now();
          const summary = await importRows(source, {
            columns,
            keyOf,
            ...(identity && { identity }),
            take: await take(application),
            rejects,
            progress,
            signal,
          });
          progress.clear();
          const outcome = outcomeOf(summary, performance.now() - startedAt);
          if (json) printJson(outcome);
          else print(wordingOf(outcome));
          process.exitCode = exitCodeOf(summary);
        });
      } finally {
        await target?.close();
        await source.close();
      }
    });
}

function outcomeOf(summary: Summary, elapsedMs: number): Outcome {
  return {
    ...summary,
    seconds: Math.round(elapsedMs) / 1_000,
    rowsPerSecond: Math.round((1_000 * summary.rows) / elapsedMs),
    peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
  };
}

function wordingOf({ rows, new: fresh, repeated, rejected, isInterrupted, ...outcome }: Outcome): string {
  const all = Object.values(rejected).reduce((sum, count) => sum + count, 0);
  const { seconds, rowsPerSecond, peakMemoryMiB } = outcome;
  const lines: [string, number][] = [
    ['new', fresh],
    ['repeated', repeated],
    ['rejected', all],
    ...Object.entries(rejected).map(([reason, count]): [string, number] => [`  ${reason}`, count]),
  ];
  return [
    `${isInterrupted ? 'Interrupted after' : 'Read'} ${figure(rows)} rows in ${duration(1_000 * seconds)} ` +
      `(${figure(rowsPerSecond)} rows/s, ${peakMemoryMiB} MiB of memory at most)`,
    ...lines.map(([what, count]) => `${what.padEnd(22)} ${figure(count).padStart(13)}`),
  ].join('\n');
}

/** The reasons for which a row could not even be read. */
const UNREADABLE = new Set([
  'malformed-row',
  'malformed-json',
  'validation-failed',
  'row-too-long',
  'not-utf-8',
]);

function exitCodeOf({ rows, rejected, isInterrupted }: Summary): number {
  if (isInterrupted) return INTERRUPTED;
  const unread = Object.entries(rejected).reduce(
    (sum, [reason, n]) => sum + (UNREADABLE.has(reason) ? n : 0),
    0,
  );
  return rows > 0 && unread === rows ? 1 : 0;
}
