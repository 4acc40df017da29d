import { Argument, type Command } from 'commander';
import { command, group, wholeNumberArgument } from '../command.js';
import { figure, print, printJson, table } from '../print.js';
import type { ApplicationRunner } from '../application-runner.js';
import type { RunOnDatabase } from '../on-database.js';
import {
  type FailedEvent,
  listSubscriptions,
  type SubscriptionAnswer,
} from '../../../kernel/subscriptions/operator-commands.js';
import type { RebuildProgress } from '../../../kernel/subscriptions/rebuild.js';

const name = new Argument('<name>', 'of the subscription');
const position = wholeNumberArgument('position', 'of the event in the log', { min: 1 });

interface Options {
  readonly json?: true;
}

/** `subscriptions …` */
export function subscriptionCommands(run: ApplicationRunner, onDatabase: RunOnDatabase): Command {
  return group(
    'subscriptions',
    'inspect subscriptions; retry or discard failed events',
    list(onDatabase),
    retry(onDatabase),
    discard(onDatabase),
    rebuildReadModel(run),
  );
}

function list(run: RunOnDatabase): Command {
  return command('list', 'show how far each subscription is, and the events that it has failed at').action(
    ({ json }: Options) =>
      run(async (dataSource) => {
        const { listFailed } = await import('../../../kernel/subscriptions/operator-commands.js');
        const subscriptions = await listSubscriptions(dataSource);
        const failed = await listFailed(dataSource);
        if (json) printJson({ subscriptions, failed });
        else print(wordingOf(subscriptions, failed));
      }),
  );
}

function retry(run: RunOnDatabase): Command {
  return command('retry', 'retry a failed event now')
    .addArgument(name)
    .addArgument(position)
    .action((subscription: string, position: number, { json }: Options) =>
      run(async (dataSource) => {
        const { retryEvent } = await import('../../../kernel/subscriptions/operator-commands.js');
        await retryEvent(dataSource, subscription, position);
        if (json) printJson({ subscription, position, state: 'retrying' });
        else print(`Event ${position} is due again; ${subscription} tries it as soon as a service runs.`);
      }),
    );
}

function discard(run: RunOnDatabase): Command {
  return command('discard', 'discard a failed event, so that later events go on; it is kept with the reason')
    .addArgument(name)
    .addArgument(position)
    .requiredOption('--reason <text>', 'why it may be discarded')
    .action((subscription: string, position: number, { json, reason }: Options & { reason: string }) =>
      run(async (dataSource) => {
        const { discardEvent } = await import('../../../kernel/subscriptions/operator-commands.js');
        await discardEvent(dataSource, subscription, position, reason);
        if (json) printJson({ subscription, position, state: 'discarded', reason });
        else print(`Event ${position} is discarded; what waited behind it goes on.`);
      }),
    );
}

function rebuildReadModel(run: ApplicationRunner): Command {
  return command('rebuild', 'rebuild a read model from the event log without downtime')
    .addArgument(name)
    .action((subscription: string, { json }: Options) =>
      run(async ({ get, signal }) => {
        const { Subscriptions } = await import('../../../kernel/subscriptions/subscriptions.js');
        const { position, table } = await get(Subscriptions).rebuild(subscription, (rebuilding) => {
          if (signal.aborted) throw new Error('Stopped: the read model is as it was.');
          show(rebuilding);
        });
        clear();
        if (json) printJson({ subscription, position });
        else print(`${table} is what the log says up to position ${position}.`);
      }),
    );
}

/** How far a rebuild is, on a terminal. */
function show({ position, head }: RebuildProgress): void {
  const share = head === 0 ? 1 : position / head;
  if (process.stderr.isTTY)
    process.stderr.write(
      `\rposition ${figure(position)} of ${figure(head)}  ${Math.floor(100 * share)} %\x1b[K`,
    );
}

function clear(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

function wordingOf(subscriptions: readonly SubscriptionAnswer[], failed: readonly FailedEvent[]): string {
  const all = table(
    ['subscription', 'position', 'events behind', 'seconds', 'parked'],
    subscriptions.map(({ name, position, lag, parked }) => [name, position, lag.events, lag.seconds, parked]),
  );
  if (failed.length === 0) return all;
  const failures = failed.map(
    ({ subscription, position, type, key, state, attempts, error, behind }) =>
      `${subscription} ${position}: ${type} of ${key}, ${state} after ${attempts} attempts` +
      `${behind > 0 ? `, ${behind} wait behind it` : ''}\n  ${error ?? 'not tried yet'}`,
  );
  return [all, '', ...failures].join('\n');
}
