import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { EventFilter } from '../../../kernel/event-log/event-filter.js';
import type { EventSlice } from '../../../kernel/event-log/event-log.js';
import { eventTypes } from '../../../vocabulary/event-types.js';
import { orderId } from '../../../vocabulary/order-id.js';
import { sku } from '../../../vocabulary/sku.js';
import { wholeNumber } from '../../../vocabulary/value.js';
import { command, valueOption } from '../command.js';
import { outputClosed, writeOut } from '../output.js';
import { errorLine } from '../print.js';
import type { Application } from '../application-runner.js';
import type { Ask } from '../ask.js';
import { eventsOfService, type WantedEvents } from './events-over-rest.js';
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
waits while the database or the service is unavailable, and continues without a
gap or a repetition.`;

interface Options {
  readonly after?: number;
  readonly types?: readonly string[];
  readonly sku?: string;
  readonly order?: string;
  readonly follow?: boolean;
  readonly json?: true;
}

/** `events` */
export function eventCommands(ask: Ask<Application>): Command {
  return command('events', 'Print the events of the log, in commit order')
    .addOption(valueOption('--after <position>', 'Start after this position of the log', wholeNumber()))
    .addOption(valueOption('--types <types>', 'Only events of these types, separated by commas', eventTypes))
    .addOption(valueOption('--sku <sku>', 'Only events of this SKU', sku))
    .addOption(valueOption('--order <orderId>', 'Only events about lines of this order', orderId))
    .option('-f, --follow', 'Keep printing new events')
    .addHelpText('after', HELP)
    .action(({ after, types, sku: key, order: subject, follow = false, json }: Options) => {
      const wanted = { after, follow, filter: { types, key, subject } };
      const lineOf = json === true || !process.stdout.isTTY ? asJson : asText;
      const print = async (portions: AsyncIterable<readonly StoredEvent[]>): Promise<void> => {
        for await (const events of portions) await writeOut(events.map(lineOf).join(''));
      };
      return ask<void>({
        onDatabase: (application) => print(eventsOfLog(application, wanted)),
        overRest: (service) => print(eventsOfService(service, wanted)),
      });
    });
}

async function* eventsOfLog(
  application: Application,
  { after, follow, filter }: WantedEvents,
): AsyncGenerator<readonly StoredEvent[]> {
  const signal = AbortSignal.any([application.signal, outputClosed]);
  const log = await openLog(application, filter);
  let position = after ?? (follow ? await log.head() : 0);
  while (!signal.aborted) {
    const slice = follow
      ? await readWhenAvailable(() => log.read(position), signal)
      : await log.read(position);
    if (!slice) return;
    yield slice.events;
    const hasMore = slice.upTo < slice.head;
    position = slice.upTo;
    if (!hasMore && !follow) return;
    if (!hasMore) await pause(POLL_MS, signal);
  }
}

async function openLog({ get }: Application, filter: EventFilter) {
  const [{ DataSource }, { EventLog }, { requireInLog }] = await Promise.all([
    import('typeorm'),
    import('../../../kernel/event-log/event-log.js'),
    import('../../../kernel/event-log/pruned.js'),
  ]);
  const [log, { manager }] = [get(EventLog), get(DataSource)];
  return {
    head: () => log.head(manager),
    /** @throws {EventsPruned | AheadOfLog} */
    async read(after: number): Promise<EventSlice> {
      const slice = await log.readMatching(manager, filter, after, PAGE);
      await requireInLog(manager, after);
      return slice;
    },
  };
}

/** Retries until it succeeds, and reports an outage once. Resolves with nothing if the signal aborts it. */
async function readWhenAvailable(
  read: () => Promise<EventSlice>,
  signal: AbortSignal,
): Promise<EventSlice | undefined> {
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
  return undefined;
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  wait(milliseconds, undefined, { signal }).catch(() => undefined);

const asJson = (event: StoredEvent): string => `${JSON.stringify(event)}\n`;

function asText({ position, occurredAt, type, key, actor, data }: StoredEvent): string {
  const when = new Date(occurredAt).toISOString();
  const line = [String(position).padStart(8), when, type.padEnd(20), key, actor ?? '-', JSON.stringify(data)];
  return `${printable(line.join('  '))}\n`;
}
