import { setTimeout as wait } from 'node:timers/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { newCode, storedCode } from '../../../vocabulary/code.js';
import { command, group, valueArgument } from '../command.js';
import { print, printJson, table } from '../print.js';
import type { RunOnDatabase } from '../on-database.js';
import { createKey, KNOWN_AFTER_MS, listKeys, revokeKey, type KeyAnswer } from '../../access/keys/keys.js';
import type { Scope } from '../../access/callers/caller.js';

interface Options {
  readonly json?: true;
}

/**
 * `keys …`
 * @param scopes that a key may have
 */
export function keyCommands(run: RunOnDatabase, scopes: readonly Scope[]): Command {
  return group(
    'keys',
    'manage API keys (once a key exists, every call must send one)',
    create(run, scopes),
    list(run),
    revoke(run),
  );
}

function create(run: RunOnDatabase, known: readonly Scope[]): Command {
  return command('create', 'create an API key and print it once')
    .addArgument(valueArgument('name', 'a unique name; names of revoked keys cannot be reused', newCode))
    .addOption(
      new Option('--scopes <list>', `what it may do, with commas: ${known.join(', ')}`)
        .argParser((list) => readScopes(list, known))
        .makeOptionMandatory(),
    )
    .addHelpText('after', '\nThe key alone goes to stdout.')
    .action((name: string, { json, scopes }: Options & { scopes: readonly Scope[] }) =>
      run(async (dataSource) => {
        const key = await createKey(dataSource, name, scopes);
        await untilKnown();
        if (json) printJson({ name, scopes, key });
        else print(key);
        process.stderr.write(`This is the key of ${name}. Keep it well: it is not shown again.\n`);
      }),
    );
}

function list(run: RunOnDatabase): Command {
  return command('list', 'show every key there is or was, without what could be used of it').action(
    ({ json }: Options) =>
      run(async (dataSource) => {
        const keys = await listKeys(dataSource);
        if (json) printJson({ keys });
        else print(wordingOf(keys));
      }),
  );
}

function revoke(run: RunOnDatabase): Command {
  return command('revoke', 'revoke an API key for good')
    .addArgument(valueArgument('name', 'whose key it is', storedCode))
    .action((name: string, { json }: Options) =>
      run(async (dataSource) => {
        const revokedAt = await revokeKey(dataSource, name);
        await untilKnown();
        if (json) printJson({ name, revokedAt });
        else print(`The key of ${name} is revoked since ${instant(revokedAt)}.`);
      }),
    );
}

/** What a command has told is true of the services that run, too: a key that is shown works, a revoked one does not. */
const untilKnown = (): Promise<void> => wait(KNOWN_AFTER_MS);

function readScopes(list: string, known: readonly Scope[]): Scope[] {
  const words = [...new Set(list.split(',').map((word) => word.trim()))];
  return words.map((word) => {
    const scope = known.find((each) => each === word);
    if (scope === undefined)
      throw new InvalidArgumentError(
        `There is no scope ${JSON.stringify(word)}: there are ${known.join(', ')}.`,
      );
    return scope;
  });
}

function wordingOf(keys: readonly KeyAnswer[]): string {
  if (keys.length === 0)
    return 'No key was ever created: the API is open to this machine, and closed to others.';
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

/** To the second. */
const instant = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z');
