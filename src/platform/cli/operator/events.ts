import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { wholeNumber } from '../../../vocabulary/value.js';
import { command, valueOption } from '../command.js';
import { outputClosed, writeOut } from '../output.js';
import { errorLine } from '../print.js';
import type { Application, ApplicationRunner } from '../application-runner.js';
import type { StoredEvent } from '../../../kernel/domain/events.js';
import { printable } from '../../logging/escape-control-characters.js';

const PAGE = 500;
/** Between two reads if the log has nothing new. */
const POLL_MS = 200;
/** Between two reads while the database is unavailable. */
const RETRY_MS = 1_000;

const HELP = `
Without --after it starts with the first event, or with --follow with the next
one. Each event is one line: JSON with --json or if stdout is not a terminal.
It ends quietly on Ctrl-C or when its reader closes the pipe. With --follow it
waits while the database is unavailable, and continues without a gap or a
repetition.`;

interface Options {
  readonly after?: number;
  readonly follow?: true;
  readonly json?: true;
}

/** `events` */
export function eventCommands(run: ApplicationRunner): Command {
  return command('events', 'Print the events of the log, in commit order')
    .addOption(valueOption('--after <position>', 'Start after this position of the log', wholeNumber()))
    .option('-f, --follow', 'Keep printing new events')
    .addHelpText('after', HELP)
    .action(({ after, follow, json }: Options) =>
      run(async (application) => {
        const lineOf = json === true || !process.stdout.isTTY ? asJson : asText;
        const signal = AbortSignal.any([application.signal, outputClosed]);
        const log = await openLog(application);
        let position = after ?? (follow ? await log.head() : 0);
        while (!signal.aborted) {
          const events = follow
            ? await readWhenAvailable(() => log.read(position), signal)
            : await log.read(position);
          await writeOut(events.map(lineOf).join(''));
          position = events.at(-1)?.position ?? position;
          if (events.length < PAGE && !follow) return;
          if (events.length === 0) await pause(POLL_MS, signal);
        }
      }),
    );
}

async function openLog({ get }: Application) {
  const [{ DataSource }, { EventLog }, { requireInLog }] = await Promise.all([
    import('typeorm'),
    import('../../../kernel/event-log/event-log.js'),
    import('../../../kernel/event-log/pruned.js'),
  ]);
  const [log, { manager }] = [get(EventLog), get(DataSource)];
  return {
    head: () => log.head(manager),
    /** @throws {EventsPruned | AheadOfLog} */
    async read(after: number): Promise<StoredEvent[]> {
      const events = await log.read(manager, after, PAGE);
      await requireInLog(manager, after);
      return events;
    },
  };
}

/** Retries until it succeeds, and reports an outage once. Resolves with no events if the signal aborts it. */
async function readWhenAvailable(
  read: () => Promise<StoredEvent[]>,
  signal: AbortSignal,
): Promise<readonly StoredEvent[]> {
  const { isUnavailable } = await import('../../../kernel/postgres/retry.js');
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      return await read();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      if (attempt === 0) process.stderr.write(`Waiting for the database: ${errorLine(error)}\n`);
      await pause(RETRY_MS, signal);
    }
  }
  return [];
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  wait(milliseconds, undefined, { signal }).catch(() => undefined);

const asJson = (event: StoredEvent): string => `${JSON.stringify(event)}\n`;

function asText({ position, occurredAt, type, key, actor, data }: StoredEvent): string {
  const when = new Date(occurredAt).toISOString();
  const line = [String(position).padStart(8), when, type.padEnd(20), key, actor ?? '-', JSON.stringify(data)];
  return `${printable(line.join('  '))}\n`;
}
