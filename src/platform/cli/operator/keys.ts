import { setTimeout as wait } from 'node:timers/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { newCode, storedCode } from '../../../vocabulary/code.js';
import { command, group, valueArgument } from '../command.js';
import { instant, printResult, table, type JsonOption } from '../print.js';
import type { RunOnDatabase } from '../on-database.js';
import { createKey, KNOWN_AFTER_MS, listKeys, revokeKey, type KeyAnswer } from '../../access/keys/keys.js';
import type { Scope } from '../../access/callers/caller.js';

/**
 * `keys …`
 * @param scopes that a key may have
 */
export function keyCommands(run: RunOnDatabase, scopes: readonly Scope[]): Command {
  return group(
    'keys',
    'Manage API keys (once a key exists, every call must send one)',
    create(run, scopes),
    list(run),
    revoke(run),
  );
}

function create(run: RunOnDatabase, known: readonly Scope[]): Command {
  return command('create', 'Create an API key and print it once')
    .addArgument(valueArgument('name', 'Unique name; names of revoked keys cannot be reused', newCode))
    .addOption(
      new Option('--scopes <list>', `What the key may do, separated by commas: ${known.join(', ')}`)
        .argParser((list) => readScopes(list, known))
        .makeOptionMandatory(),
    )
    .addHelpText('after', '\nOnly the key goes to stdout.')
    .action((name: string, { scopes, ...options }: JsonOption & { scopes: readonly Scope[] }) =>
      run(async (dataSource) => {
        const key = await createKey(dataSource, name, scopes);
        await untilKnown();
        printResult(options, { name, scopes, key }, key);
        process.stderr.write(`This is the key of ${name}. Store it now: it is not shown again.\n`);
      }),
    );
}

function list(run: RunOnDatabase): Command {
  return command('list', 'List all API keys, also revoked ones, without their secrets').action(
    (options: JsonOption) =>
      run(async (dataSource) => {
        const keys = await listKeys(dataSource);
        printResult(options, { keys }, formatKeys(keys));
      }),
  );
}

function revoke(run: RunOnDatabase): Command {
  return command('revoke', 'Revoke an API key permanently')
    .addArgument(valueArgument('name', 'Name of the key', storedCode))
    .action((name: string, options: JsonOption) =>
      run(async (dataSource) => {
        const revokedAt = await revokeKey(dataSource, name);
        await untilKnown();
        const text = `The key of ${name} was revoked on ${instant(revokedAt)}.`;
        printResult(options, { name, revokedAt }, text);
      }),
    );
}

/** Waits until running services know of a change: a key that we print works, and a revoked one does not. */
const untilKnown = (): Promise<void> => wait(KNOWN_AFTER_MS);

function readScopes(list: string, known: readonly Scope[]): Scope[] {
  const words = [...new Set(list.split(',').map((word) => word.trim()))];
  return words.map((word) => {
    const scope = known.find((each) => each === word);
    if (scope === undefined)
      throw new InvalidArgumentError(
        `There is no scope ${JSON.stringify(word)}. The scopes are ${known.join(', ')}.`,
      );
    return scope;
  });
}

function formatKeys(keys: readonly KeyAnswer[]): string {
  if (keys.length === 0) return 'No API key exists: the API is open to this machine and closed to others.';
  return table(
    ['name', 'key', 'scopes', 'created', 'last used', 'revoked'],
    keys.map(({ name, id, scopes, createdAt, lastUsedAt, revokedAt }) => [
      name,
      `earmark_${id}_…`,
      scopes.join(','),
      instant(createdAt),
      lastUsedAt ? instant(lastUsedAt) : 'never',
      revokedAt ? instant(revokedAt) : 'no',
    ]),
  );
}
