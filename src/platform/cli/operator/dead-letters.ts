import { isUtf8 } from 'node:buffer';
import type { Command } from 'commander';
import { wholeNumber } from '../../../vocabulary/value.js';
import { command, group, valueArgument, valueOption } from '../command.js';
import { limitOption, printPage } from '../list-command.js';
import { printResult, table, type JsonOption } from '../print.js';
import type { ApplicationRunner } from '../application-runner.js';
import type { RunOnDatabase } from '../on-database.js';
import { printable, printableLines } from '../../logging/escape-control-characters.js';
import type { DeadLetter, WholeDeadLetter } from '../../brokers/messages/dead-letters.js';

const id = valueArgument('id', 'Id, as shown by `dead-letters list`', wholeNumber({ min: 1 }));

/** `dead-letters …` */
export function deadLetterCommands(run: ApplicationRunner, onDatabase: RunOnDatabase): Command {
  return group(
    'dead-letters',
    'Inspect messages that could not be applied; retry or discard them',
    list(onDatabase),
    show(onDatabase),
    retry(run),
    discard(onDatabase),
  );
}

function list(run: RunOnDatabase): Command {
  return command('list', 'List dead letters, oldest first')
    .option('--all', 'Show also those that were applied or discarded')
    .addOption(valueOption('--after <id>', 'Start after this one', wholeNumber()))
    .addOption(limitOption())
    .action(({ json, all, after, limit }: JsonOption & { all?: true; after?: number; limit: number }) =>
      run(async (dataSource) => {
        const { listDeadLetters } = await import('../../brokers/messages/dead-letters.js');
        const found = await listDeadLetters(dataSource, { after, count: limit + 1, all });
        printPage(found, {
          limit,
          json,
          cursorOf: ({ id }) => id,
          none: 'No dead letters.',
          format: tableOf,
        });
      }),
    );
}

function show(run: RunOnDatabase): Command {
  return command('show', 'Show a dead letter with its body')
    .addArgument(id)
    .action((id: number, options: JsonOption) =>
      run(async (dataSource) => {
        const { findDeadLetter } = await import('../../brokers/messages/dead-letters.js');
        const letter = await findDeadLetter(dataSource, id);
        const { body } = letter;
        const whole = { ...letter, body: textOf(body), bodyBase64: body.toString('base64') };
        printResult(options, whole, formatLetter(letter));
      }),
    );
}

function retry(run: ApplicationRunner): Command {
  return command('retry', 'Apply a dead letter now; if it fails again it is kept')
    .addArgument(id)
    .action((id: number, options: JsonOption) =>
      run(async ({ get }) => {
        const { DeadLetterRetry } = await import('../../brokers/messages/dead-letter-retry.js');
        const isNew = await get(DeadLetterRetry).retry(id);
        const text = isNew
          ? `Applied dead letter ${id}.`
          : `Nothing changed: the message of dead letter ${id} was repeated and applied before.`;
        printResult(options, { id, state: 'applied', isNew }, text);
      }),
    );
}

function discard(run: RunOnDatabase): Command {
  return command('discard', 'Discard a dead letter (it is kept with the reason)')
    .addArgument(id)
    .requiredOption('--reason <text>', 'Why it may be discarded')
    .action((id: number, { reason, ...options }: JsonOption & { reason: string }) =>
      run(async (dataSource) => {
        const { discardDeadLetter } = await import('../../brokers/messages/dead-letters.js');
        await discardDeadLetter(dataSource, id, reason);
        printResult(options, { id, state: 'discarded', reason }, `Discarded dead letter ${id}.`);
      }),
    );
}

function tableOf(letters: readonly DeadLetter[]): string {
  return table(
    ['id', 'received', 'broker', 'channel', 'message', 'state', 'reason'],
    letters.map(({ id, receivedAt, broker, channel, messageId, state, reason }) => [
      String(id),
      receivedAt.toISOString(),
      broker,
      channel,
      messageId ?? '-',
      state,
      reason,
    ]),
  );
}

function formatLetter(letter: WholeDeadLetter): string {
  const { id, receivedAt, broker, channel, messageId, state, settledAt, reason, discardReason } = letter;
  const { size, body } = letter;
  const lines: (readonly [string, string])[] = [
    ['id', String(id)],
    ['received', receivedAt.toISOString()],
    ['broker', broker],
    ['channel', channel],
    ['message', messageId ?? '-'],
    ['reason', reason],
    ['state', settledAt ? `${state} on ${settledAt.toISOString()}` : state],
    ...(discardReason === null ? [] : [['discarded', discardReason] as const]),
    ['size', size > body.length ? `${size} bytes, of which ${body.length} are kept` : `${size} bytes`],
  ];
  const text = textOf(body);
  return [
    ...lines.map(([name, value]) => `${name.padEnd(10)} ${printable(value)}`),
    '',
    text === null ? `${body.toString('base64')}  (base64)` : printableLines(text),
  ].join('\n');
}

/** The body as text; null if it is not UTF-8. */
const textOf = (body: Buffer): string | null => (isUtf8(body) ? body.toString() : null);
