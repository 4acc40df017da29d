import type { Command } from 'commander';
import { reason } from '../../../vocabulary/reason.js';
import { wholeNumber } from '../../../vocabulary/value.js';
import type { AskDatabase } from '../on-database.js';
import { command, group, valueArgument, valueOption } from '../command.js';
import { limitOption, pageOf, printItems, type Page } from '../list-command.js';
import { printResult, table, type JsonOption } from '../print.js';
import type { Application } from '../application-runner.js';
import type { Ask, Json } from '../ask.js';
import { path } from '../rest/service.js';
import { printable, printableLines } from '../../logging/escape-control-characters.js';
import type { DeadLetter, ReadableDeadLetter } from '../../brokers/messages/dead-letters.js';

const id = valueArgument('id', 'Id, as shown by `dead-letters list`', wholeNumber({ min: 1 }));

/** `dead-letters …` */
export function deadLetterCommands(ask: Ask<Application>, askDatabase: AskDatabase): Command {
  return group(
    'dead-letters',
    'Inspect messages that could not be applied; retry or discard them',
    list(askDatabase),
    show(askDatabase),
    retry(ask),
    discard(askDatabase),
  );
}

function list(ask: AskDatabase): Command {
  return command('list', 'List dead letters, oldest first')
    .option('--all', 'Show also those that were applied or discarded')
    .addOption(valueOption('--after <id>', 'Start after this one', wholeNumber()))
    .addOption(limitOption())
    .action(({ json, all, after, limit }: JsonOption & { all?: true; after?: number; limit: number }) =>
      ask<Page<DeadLetter>>({
        onDatabase: async (dataSource) => {
          const { listDeadLetters } = await import('../../brokers/messages/dead-letters.js');
          const found = await listDeadLetters(dataSource, { after, count: limit + 1, all });
          return pageOf(found, limit, ({ id }) => id);
        },
        overRest: (service) => service.get('/v1/dead-letters', { after, limit, all }),
        show: (page) => printItems(page, { json, none: 'No dead letters.', format: tableOf }),
      }),
    );
}

function show(ask: AskDatabase): Command {
  return command('show', 'Show a dead letter with its body')
    .addArgument(id)
    .action((id: number, options: JsonOption) =>
      ask<ReadableDeadLetter>({
        onDatabase: async (dataSource) => {
          const { findDeadLetter, withReadableBody } = await import('../../brokers/messages/dead-letters.js');
          return withReadableBody(await findDeadLetter(dataSource, id));
        },
        overRest: (service) => service.get(path`/v1/dead-letters/${id}`),
        show: (letter) => printResult(options, letter, formatLetter(letter)),
      }),
    );
}

function retry(ask: Ask<Application>): Command {
  return command('retry', 'Apply a dead letter now; if it fails again it is kept')
    .addArgument(id)
    .action((id: number, options: JsonOption) =>
      ask<{ readonly isNew: boolean }>({
        onDatabase: async ({ get }) => {
          const { DeadLetterRetry } = await import('../../brokers/messages/dead-letter-retry.js');
          return { isNew: await get(DeadLetterRetry).retry(id) };
        },
        overRest: async (service) =>
          (await service.post<{ isNew: boolean }>(path`/v1/dead-letters/${id}/retry`)).body,
        show: ({ isNew }) => {
          const text = isNew
            ? `Applied dead letter ${id}.`
            : `Nothing changed: the message of dead letter ${id} was repeated and applied before.`;
          printResult(options, { id, state: 'applied', isNew }, text);
        },
      }),
    );
}

function discard(ask: AskDatabase): Command {
  return command('discard', 'Discard a dead letter (it is kept with the reason)')
    .addArgument(id)
    .addOption(
      valueOption('--reason <text>', 'Why it may be discarded, in a few words', reason).makeOptionMandatory(),
    )
    .action((id: number, { reason, ...options }: JsonOption & { reason: string }) =>
      ask<void>({
        onDatabase: async (dataSource) => {
          const { discardDeadLetter } = await import('../../brokers/messages/dead-letters.js');
          await discardDeadLetter(dataSource, id, reason);
        },
        overRest: async (service) =>
          void (await service.post(path`/v1/dead-letters/${id}/discard`, { reason })),
        show: () => printResult(options, { id, state: 'discarded', reason }, `Discarded dead letter ${id}.`),
      }),
    );
}

function tableOf(letters: readonly (DeadLetter | Json<DeadLetter>)[]): string {
  return table(
    ['id', 'received', 'broker', 'channel', 'message', 'state', 'reason'],
    letters.map(({ id, receivedAt, broker, channel, messageId, state, reason }) => [
      String(id),
      isoOf(receivedAt),
      broker,
      channel,
      messageId ?? '-',
      state,
      reason,
    ]),
  );
}

function formatLetter(letter: ReadableDeadLetter | Json<ReadableDeadLetter>): string {
  const { id, receivedAt, broker, channel, messageId, state, settledAt, reason, discardReason } = letter;
  const { size, body, bodyBase64 } = letter;
  const kept = Buffer.from(bodyBase64, 'base64').length;
  const lines: (readonly [string, string])[] = [
    ['id', String(id)],
    ['received', isoOf(receivedAt)],
    ['broker', broker],
    ['channel', channel],
    ['message', messageId ?? '-'],
    ['reason', reason],
    ['state', settledAt ? `${state} on ${isoOf(settledAt)}` : state],
    ...(discardReason === null ? [] : [['discarded', discardReason] as const]),
    ['size', size > kept ? `${size} bytes, of which ${kept} are kept` : `${size} bytes`],
  ];
  return [
    ...lines.map(([name, value]) => `${name.padEnd(10)} ${printable(value)}`),
    '',
    body === null ? `${bodyBase64}  (base64)` : printableLines(body),
  ].join('\n');
}

const isoOf = (at: Date | string): string => new Date(at).toISOString();
