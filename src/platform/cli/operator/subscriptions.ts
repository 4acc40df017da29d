import { Argument, type Command } from 'commander';
import { wholeNumber } from '../../../vocabulary/value.js';
import { command, group, valueArgument } from '../command.js';
import { figure, printResult, table, type JsonOption } from '../print.js';
import { ProgressLine } from '../progress-line.js';
import type { ApplicationRunner } from '../application-runner.js';
import type { RunOnDatabase } from '../on-database.js';
import type { FailedEvent, SubscriptionAnswer } from '../../../kernel/subscriptions/operator-commands.js';

const name = new Argument('<name>', 'Name of the subscription');
const position = valueArgument('position', 'Position of the event in the log', wholeNumber({ min: 1 }));

/** `subscriptions …` */
export function subscriptionCommands(run: ApplicationRunner, onDatabase: RunOnDatabase): Command {
  return group(
    'subscriptions',
    'Inspect subscriptions; retry or discard failed events',
    list(onDatabase),
    retry(onDatabase),
    discard(onDatabase),
    rebuildReadModel(run),
  );
}

function list(run: RunOnDatabase): Command {
  return command('list', 'Show the position of each subscription and its failed events').action(
    (options: JsonOption) =>
      run(async (dataSource) => {
        const { listFailed, listSubscriptions } =
          await import('../../../kernel/subscriptions/operator-commands.js');
        const subscriptions = await listSubscriptions(dataSource);
        const failed = await listFailed(dataSource);
        printResult(options, { subscriptions, failed }, formatSubscriptions(subscriptions, failed));
      }),
  );
}

function retry(run: RunOnDatabase): Command {
  return command('retry', 'Retry a failed event now')
    .addArgument(name)
    .addArgument(position)
    .action((subscription: string, position: number, options: JsonOption) =>
      run(async (dataSource) => {
        const { retryEvent } = await import('../../../kernel/subscriptions/operator-commands.js');
        await retryEvent(dataSource, subscription, position);
        const text = `${subscription} will retry event ${position} as soon as a service runs.`;
        printResult(options, { subscription, position, state: 'retrying' }, text);
      }),
    );
}

function discard(run: RunOnDatabase): Command {
  return command(
    'discard',
    'Discard a failed event, so that later ones continue (it is kept with the reason)',
  )
    .addArgument(name)
    .addArgument(position)
    .requiredOption('--reason <text>', 'Why it may be discarded')
    .action(
      (subscription: string, position: number, { reason, ...options }: JsonOption & { reason: string }) =>
        run(async (dataSource) => {
          const { discardEvent } = await import('../../../kernel/subscriptions/operator-commands.js');
          await discardEvent(dataSource, subscription, position, reason);
          const text = `Discarded event ${position}; events that it blocked continue.`;
          printResult(options, { subscription, position, state: 'discarded', reason }, text);
        }),
    );
}

function rebuildReadModel(run: ApplicationRunner): Command {
  return command('rebuild', 'Rebuild a read model from the event log without downtime')
    .addArgument(name)
    .action((subscription: string, options: JsonOption) =>
      run(async ({ get, signal }) => {
        const { Subscriptions } = await import('../../../kernel/subscriptions/subscriptions.js');
        const progress = new ProgressLine();
        const { position, table } = await get(Subscriptions).rebuild(subscription, ({ position, head }) => {
          if (signal.aborted) throw new Error('Stopped: the read model is unchanged.');
          const share = head === 0 ? 1 : position / head;
          progress.draw(
            () => `position ${figure(position)} of ${figure(head)}  ${Math.floor(100 * share)} %`,
          );
        });
        progress.clear();
        const text = `Rebuilt ${table} from the log up to position ${position}.`;
        printResult(options, { subscription, position }, text);
      }),
    );
}

function formatSubscriptions(
  subscriptions: readonly SubscriptionAnswer[],
  failed: readonly FailedEvent[],
): string {
  const all = table(
    ['subscription', 'position', 'events behind', 'seconds behind', 'parked'],
    subscriptions.map(({ name, position, lag, parked }) => [name, position, lag.events, lag.seconds, parked]),
  );
  if (failed.length === 0) return all;
  const failures = failed.map(
    ({ subscription, position, type, key, state, attempts, error, behind }) =>
      `${subscription} ${position}: ${type} of ${key}, ${state} after ${attempts} attempts` +
      `${behind > 0 ? `, blocks ${behind} later ${behind === 1 ? 'event' : 'events'}` : ''}\n  ${error ?? 'not tried yet'}`,
  );
  return [all, '', ...failures].join('\n');
}
