import type { Command } from 'commander';
import { command, group, wholeNumberArgument, wholeNumberOption } from '../command.js';
import { print, printJson, table } from '../print.js';
import type { ApplicationRunner } from '../application-runner.js';
import type { RunOnDatabase } from '../on-database.js';
import { printable, printableLines } from '../../logging/escape-control-characters.js';
import type { DeadLetter, WholeDeadLetter } from '../../brokers/messages/dead-letters.js';

const DEFAULT_LIMIT = 50;
const id = wholeNumberArgument('id', 'as `dead-letters list` shows it', { min: 1 });

interface Options {
  readonly json?: true;
}

/** `dead-letters …` */
export function deadLetterCommands(run: ApplicationRunner, onDatabase: RunOnDatabase): Command {
  return group(
    'dead-letters',
    'inspect messages that could not be applied; retry or discard them',
    list(onDatabase),
    show(onDatabase),
    retry(run),
    discard(onDatabase),
  );
}

function list(run: RunOnDatabase): Command {
  return command('list', 'list dead letters, the oldest first')
    .option('--all', 'show those that were applied or discarded, too')
    .addOption(wholeNumberOption('--after <id>', 'begin after this one'))
    .addOption(
      wholeNumberOption('--limit <number>', 'show at most so many', { min: 1, max: 500 }).default(
        DEFAULT_LIMIT,
      ),
    )
    .action(({ json, all, after, limit }: Options & { all?: true; after?: number; limit: number }) =>
      run(async (dataSource) => {
        const { listDeadLetters } = await import('../../brokers/messages/dead-letters.js');
        const found = await listDeadLetters(dataSource, { after, count: limit + 1, all });
        const items = found.slice(0, limit);
        const next = found.length > limit ? items.at(-1)!.id : null;
        if (json) return printJson({ items, next });
        print(items.length === 0 ? 'No dead letters.' : tableOf(items));
        if (next !== null) process.stderr.write(`There are more: --after ${next}\n`);
      }),
    );
}

function show(run: RunOnDatabase): Command {
  return command('show', 'show a dead letter with its body')
    .addArgument(id)
    .action((id: number, { json }: Options) =>
      run(async (dataSource) => {
        const { findDeadLetter } = await import('../../brokers/messages/dead-letters.js');
        const letter = await findDeadLetter(dataSource, id);
        if (json)
          printJson({ ...letter, body: textOf(letter.body), bodyBase64: letter.body.toString('base64') });
        else print(wordingOf(letter));
      }),
    );
}

function retry(run: ApplicationRunner): Command {
  return command('retry', 'apply a dead letter now, exactly once; if it fails again it stays')
    .addArgument(id)
    .action((id: number, { json }: Options) =>
      run(async ({ get }) => {
        const { DeadLetterRetry } = await import('../../brokers/messages/dead-letter-retry.js');
        const isNew = await get(DeadLetterRetry).retry(id);
        if (json) printJson({ id, state: 'applied', isNew });
        else if (isNew) print(`Applied dead letter ${id}.`);
        else
          print(`The message of dead letter ${id} came again and was applied before: nothing has changed.`);
      }),
    );
}

function discard(run: RunOnDatabase): Command {
  return command('discard', 'discard a dead letter; it is kept with the reason')
    .addArgument(id)
    .requiredOption('--reason <text>', 'why it may be discarded')
    .action((id: number, { json, reason }: Options & { reason: string }) =>
      run(async (dataSource) => {
        const { discardDeadLetter } = await import('../../brokers/messages/dead-letters.js');
        await discardDeadLetter(dataSource, id, reason);
        if (json) printJson({ id, state: 'discarded', reason });
        else print(`Discarded dead letter ${id}.`);
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

function wordingOf(letter: WholeDeadLetter): string {
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

/** The body as text; null if it is none. */
function textOf(body: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return null;
  }
}
