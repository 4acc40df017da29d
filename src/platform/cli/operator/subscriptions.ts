import { setTimeout as wait } from 'node:timers/promises';
import { Argument, type Command } from 'commander';
import { reason } from '../../../vocabulary/reason.js';
import { wholeNumber } from '../../../vocabulary/value.js';
import type { Application } from '../application-runner.js';
import type { Ask, Json } from '../ask.js';
import type { AskDatabase } from '../on-database.js';
import { command, group, valueArgument, valueOption } from '../command.js';
import { figure, printResult, table, type JsonOption } from '../print.js';
import { ProgressLine } from '../progress-line.js';
import { path, type Service } from '../rest/service.js';
import type { FailedEvent, SubscriptionAnswer } from '../../../kernel/subscriptions/operator-commands.js';
import type { RebuildAnswer, RebuildProgress } from '../../../kernel/subscriptions/rebuild-record.js';

const name = new Argument('<name>', 'Name of the subscription');
const position = valueArgument('position', 'Position of the event in the log', wholeNumber({ min: 1 }));

/** As many of each subscription as on the database. */
const MOST_LISTED = 100;
/** Between two looks at a rebuild that a service does. */
const LOOK_MS = 500;

/** `subscriptions …` */
export function subscriptionCommands(ask: Ask<Application>, askDatabase: AskDatabase): Command {
  return group(
    'subscriptions',
    'Inspect subscriptions; retry or discard failed events',
    list(askDatabase),
    retry(askDatabase),
    discard(askDatabase),
    rebuildReadModel(ask),
  );
}

interface Listed {
  readonly subscriptions: readonly SubscriptionAnswer[];
  readonly failed: readonly FailedEvent[];
}

function list(ask: AskDatabase): Command {
  return command('list', 'Show the position of each subscription and its failed events').action(
    (options: JsonOption) =>
      ask<Listed>({
        onDatabase: async (dataSource) => {
          const { listFailed, listSubscriptions } =
            await import('../../../kernel/subscriptions/operator-commands.js');
          return {
            subscriptions: await listSubscriptions(dataSource),
            failed: await listFailed(dataSource),
          };
        },
        overRest: async (service) => {
          const { items } = await service.get<{ items: SubscriptionAnswer[] }>('/v1/subscriptions');
          const failed: FailedEvent[] = [];
          for (const { name } of items) {
            const parked = path`/v1/subscriptions/${name}/parked`;
            failed.push(
              ...(await service.get<{ items: FailedEvent[] }>(parked, { limit: MOST_LISTED })).items,
            );
          }
          return { subscriptions: items, failed };
        },
        show: (listed) => printResult(options, listed, formatSubscriptions(listed)),
      }),
  );
}

function retry(ask: AskDatabase): Command {
  return command('retry', 'Retry a failed event now')
    .addArgument(name)
    .addArgument(position)
    .action((subscription: string, position: number, options: JsonOption) =>
      ask<void>({
        onDatabase: async (dataSource) => {
          const { retryEvent } = await import('../../../kernel/subscriptions/operator-commands.js');
          await retryEvent(dataSource, subscription, position);
        },
        overRest: async (service) =>
          void (await service.post(path`/v1/subscriptions/${subscription}/parked/${position}/retry`)),
        show: () => {
          const text = `${subscription} will retry event ${position} as soon as a service runs.`;
          printResult(options, { subscription, position, state: 'retrying' }, text);
        },
      }),
    );
}

function discard(ask: AskDatabase): Command {
  return command(
    'discard',
    'Discard a failed event, so that later ones continue (it is kept with the reason)',
  )
    .addArgument(name)
    .addArgument(position)
    .addOption(
      valueOption('--reason <text>', 'Why it may be discarded, in a few words', reason).makeOptionMandatory(),
    )
    .action(
      (subscription: string, position: number, { reason, ...options }: JsonOption & { reason: string }) =>
        ask<void>({
          onDatabase: async (dataSource) => {
            const { discardEvent } = await import('../../../kernel/subscriptions/operator-commands.js');
            await discardEvent(dataSource, subscription, position, reason);
          },
          overRest: async (service) => {
            const event = path`/v1/subscriptions/${subscription}/parked/${position}`;
            await service.post(`${event}/discard`, { reason });
          },
          show: () => {
            const text = `Discarded event ${position}; events that it blocked continue.`;
            printResult(options, { subscription, position, state: 'discarded', reason }, text);
          },
        }),
    );
}

function rebuildReadModel(ask: Ask<Application>): Command {
  return command('rebuild', 'Rebuild a read model from the event log without downtime')
    .addArgument(name)
    .addHelpText('after', '\nWith --url the service does the work, and continues even if this command ends.')
    .action((subscription: string, options: JsonOption) => {
      const progress = new ProgressLine();
      const draw = ({ position, head }: RebuildProgress): void => {
        const share = head === 0 ? 1 : position / head;
        progress.draw(() => `position ${figure(position)} of ${figure(head)}  ${Math.floor(100 * share)} %`);
      };
      return ask<number>({
        onDatabase: async ({ get, signal }) => {
          const { Subscriptions } = await import('../../../kernel/subscriptions/subscriptions.js');
          return get(Subscriptions).rebuild(subscription, (reached) => {
            if (signal.aborted) throw new Error('Stopped: the read model is unchanged.');
            draw(reached);
          });
        },
        overRest: (service) => rebuildThere(service, subscription, draw),
        show: (position) => {
          progress.clear();
          const text = `Rebuilt ${subscription} from the log up to position ${position}.`;
          printResult(options, { subscription, position }, text);
        },
      });
    });
}

/** Begins it, and waits until it has ended. */
async function rebuildThere(
  service: Service,
  subscription: string,
  report: (progress: RebuildProgress) => void,
): Promise<number> {
  const rebuild = path`/v1/subscriptions/${subscription}/rebuild`;
  let { body: found } = await service.post<Json<RebuildAnswer>>(rebuild);
  while (found.state === 'running') {
    report(found);
    await wait(LOOK_MS, undefined, { signal: service.signal }).catch(() => {
      throw service.signal.reason;
    });
    found = await service.get(rebuild);
  }
  if (found.state === 'failed') throw new Error(found.error ?? 'The rebuild has failed.');
  return found.position;
}

function formatSubscriptions({ subscriptions, failed }: Listed): string {
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
