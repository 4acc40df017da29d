import { InvalidArgumentError, Option, type Command } from 'commander';
import { newCode, storedCode } from '../../../vocabulary/code.js';
import type { AskDatabase } from '../on-database.js';
import { command, group, valueArgument } from '../command.js';
import { instant, printResult, table, type JsonOption } from '../print.js';
import type { Json } from '../ask.js';
import { path } from '../rest/service.js';
import { createKey, listKeys, revokeKey, untilKnown, type KeyAnswer } from '../../access/keys/keys.js';
import type { Scope } from '../../access/callers/caller.js';

/**
 * `keys …`
 * @param scopes that a key may have
 */
export function keyCommands(ask: AskDatabase, scopes: readonly Scope[]): Command {
  return group(
    'keys',
    'Manage API keys (once a key exists, every call must send one)',
    create(ask, scopes),
    list(ask),
    revoke(ask),
  );
}

function create(ask: AskDatabase, known: readonly Scope[]): Command {
  return command('create', 'Create an API key and print it once')
    .addArgument(valueArgument('name', 'Unique name; names of revoked keys cannot be reused', newCode))
    .addOption(
      new Option('--scopes <list>', `What the key may do, separated by commas: ${known.join(', ')}`)
        .argParser((list) => readScopes(list, known))
        .makeOptionMandatory(),
    )
    .addHelpText('after', '\nOnly the key goes to stdout.')
    .action((name: string, { scopes, ...options }: JsonOption & { scopes: readonly Scope[] }) =>
      ask<{ readonly key: string }>({
        onDatabase: async (dataSource) => {
          const key = await createKey(dataSource, name, scopes);
          await untilKnown();
          return { key };
        },
        overRest: async (service) => (await service.post<{ key: string }>('/v1/keys', { name, scopes })).body,
        show: ({ key }) => {
          printResult(options, { name, scopes, key }, key);
          process.stderr.write(`This is the key of ${name}. Store it now: it is not shown again.\n`);
        },
      }),
    );
}

function list(ask: AskDatabase): Command {
  return command('list', 'List all API keys, also revoked ones, without their secrets').action(
    (options: JsonOption) =>
      ask<KeyAnswer[]>({
        onDatabase: listKeys,
        overRest: (service) => service.all('/v1/keys'),
        show: (keys) => printResult(options, { keys }, formatKeys(keys)),
      }),
  );
}

function revoke(ask: AskDatabase): Command {
  return command('revoke', 'Revoke an API key permanently')
    .addArgument(valueArgument('name', 'Name of the key', storedCode))
    .action((name: string, options: JsonOption) =>
      ask<{ readonly revokedAt: Date }>({
        onDatabase: async (dataSource) => {
          const revokedAt = await revokeKey(dataSource, name);
          await untilKnown();
          return { revokedAt };
        },
        overRest: async (service) =>
          (await service.delete<{ revokedAt: string }>(path`/v1/keys/${name}`)).body,
        show: ({ revokedAt }) => {
          const text = `The key of ${name} was revoked on ${instant(revokedAt)}.`;
          printResult(options, { name, revokedAt }, text);
        },
      }),
    );
}

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

function formatKeys(keys: readonly (KeyAnswer | Json<KeyAnswer>)[]): string {
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
