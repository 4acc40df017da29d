import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Application } from '../../../../src/platform/cli/application-runner.js';
import type { RebuildProgress } from '../../../../src/kernel/subscriptions/rebuild-record.js';
import { subscriptionCommands } from '../../../../src/platform/cli/operator/subscriptions.js';
import { Subscriptions } from '../../../../src/kernel/subscriptions/subscriptions.js';
import { asking, askingNobody } from '../../../support/asking.js';
import { runCommand } from '../../../support/run-command.js';
import { freshKernel, type Kernel } from '../../../support/kernel.js';

const NAME = 'test.lamps';

let kernel: Kernel;
beforeAll(async () => {
  kernel = await freshKernel();
});
afterAll(() => kernel.close());

/** The first of three events of lamps is parked and blocks the others; one of a rug is retried. */
beforeEach(async () => {
  const { dataSource } = kernel;
  await dataSource.query(
    'truncate event_log.event, event_log.subscription, event_log.set_aside, event_log.discarded restart identity cascade',
  );
  await dataSource.query(
    `insert into event_log.event (id, type, version, key, correlation_id, data, occurred_at)
     select gen_random_uuid(), 'Happened', 1, case n when 4 then 'RUG' else 'LAMP' end, 'c', '{}', now() + interval '1 hour'
       from generate_series(1, 1204) as n`,
  );
  await dataSource.query(`insert into event_log.subscription (name, position) values ('${NAME}', 4)`);
  await dataSource.query(
    `insert into event_log.set_aside (subscription, position, key, state, attempts, error, next_attempt_at)
     values ('${NAME}', 1, 'LAMP', 'parked', 8, 'Error: The lamp is broken.', null),
            ('${NAME}', 2, 'LAMP', 'behind', 0, null, null), ('${NAME}', 3, 'LAMP', 'behind', 0, null, null),
            ('${NAME}', 4, 'RUG', 'retrying', 0, null, now())`,
  );
});

const subscriptions = (...args: string[]) =>
  runCommand(subscriptionCommands(askingNobody('application'), asking(kernel.dataSource)), ...args);
const states = () =>
  kernel.dataSource.query<object[]>(
    `select array_agg(position || ' ' || state order by position) as states from event_log.set_aside`,
  );

describe('`subscriptions list`', () => {
  it('shows the position of each subscription and its failed events', async () => {
    expect((await subscriptions('list')).stdout.split('\n')).toEqual([
      'subscription  position  events behind  seconds behind  parked',
      'test.lamps           4          1,200               0       1',
      '',
      'test.lamps 1: Happened of LAMP, parked after 8 attempts, blocks 2 later events',
      '  Error: The lamp is broken.',
      'test.lamps 4: Happened of RUG, retrying after 0 attempts',
      '  not tried yet',
      '',
    ]);
  });

  it('shows only positions if nothing has failed', async () => {
    await kernel.dataSource.query('truncate event_log.set_aside');

    expect((await subscriptions('list')).stdout.split('\n')).toEqual([
      'subscription  position  events behind  seconds behind  parked',
      'test.lamps           4          1,200               0       0',
      '',
    ]);
  });

  it('prints its result as JSON', async () => {
    const { stdout } = await subscriptions('list', '--json');

    expect(JSON.parse(stdout)).toMatchObject({
      subscriptions: [{ name: NAME, position: 4, lag: { events: 1_200 }, parked: 1 }],
      failed: [
        { position: 1, behind: 2 },
        { position: 4, behind: 0 },
      ],
    });
  });
});

describe('`subscriptions retry`', () => {
  it('schedules an event, and names the subscription that will retry it', async () => {
    expect(await subscriptions('retry', NAME, '1')).toEqual({
      stdout: `${NAME} will retry event 1 as soon as a service runs.\n`,
      stderr: '',
    });
    expect(await states()).toEqual([{ states: ['1 retrying', '2 behind', '3 behind', '4 retrying'] }]);
  });

  it('prints its result as JSON', async () => {
    const { stdout } = await subscriptions('retry', NAME, '1', '--json');

    expect(JSON.parse(stdout)).toEqual({ subscription: NAME, position: 1, state: 'retrying' });
  });
});

describe('`subscriptions discard`', () => {
  it('discards an event, and keeps the reason', async () => {
    expect(await subscriptions('discard', NAME, '1', '--reason', 'Told by phone.')).toEqual({
      stdout: 'Discarded event 1; events that it blocked continue.\n',
      stderr: '',
    });
    expect(await states()).toEqual([{ states: ['2 retrying', '3 behind', '4 retrying'] }]);
    expect(await kernel.dataSource.query('select position, reason from event_log.discarded')).toEqual([
      { position: 1, reason: 'Told by phone.' },
    ]);
  });

  it('prints its result as JSON', async () => {
    const { stdout } = await subscriptions('discard', NAME, '1', '--reason', 'x', '--json');

    expect(JSON.parse(stdout)).toEqual({ subscription: NAME, position: 1, state: 'discarded', reason: 'x' });
  });
});

it.each([
  [['discard', NAME, '1'], "required option '--reason <text>' not specified"],
  [['discard', NAME, '--reason', 'x'], "missing required argument 'position'"],
  [['retry', NAME, '0'], 'It must be a whole number from 1 to 9007199254740991'],
  [['retry', NAME, '1.0'], 'It must be a whole number'],
  [['retry', NAME, '2'], 'Event 2 waits behind event 1'],
  [['discard', NAME, '5', '--reason', 'x'], 'not'],
  [['retry', 'nobody', '1'], 'nobody'],
  [['retry', '1'], "missing required argument 'position'"],
])('`subscriptions` rejects %j, and nothing changes', async (args, reason) => {
  await expect(subscriptions(...args)).rejects.toThrow(reason);
  expect(await states()).toEqual([{ states: ['1 parked', '2 behind', '3 behind', '4 retrying'] }]);
});

describe('`subscriptions rebuild`', () => {
  const CLEAR = '\x1b[K';
  const terminalWas = process.stderr.isTTY;
  const interruption = new AbortController();
  const rebuilt: string[] = [];

  /** A rebuild that reports these steps. */
  const rebuild = (steps: readonly RebuildProgress[], ...args: string[]) => {
    const subscriptions = {
      rebuild: (name: string, report: (progress: RebuildProgress) => void) => {
        steps.forEach(report);
        rebuilt.push(name);
        return Promise.resolve(12_345);
      },
    };
    const get: Application['get'] = (token) => {
      expect(token).toBe(Subscriptions);
      return subscriptions as never;
    };
    const application = { get, signal: interruption.signal } as Application;
    const command = subscriptionCommands(asking(application), askingNobody('database alone'));
    return runCommand(command, 'rebuild', 'allocation.stock', ...args);
  };
  beforeEach(() => {
    rebuilt.length = 0;
    process.stderr.isTTY = false;
  });
  afterAll(() => {
    process.stderr.isTTY = terminalWas;
    jest.restoreAllMocks();
  });
  const STEPS = [
    { position: 0, head: 0 },
    { position: 10_000, head: 15_001 },
  ];

  it('shows its progress on a terminal, and its result', async () => {
    process.stderr.isTTY = true;

    expect(await rebuild(STEPS.slice(1))).toEqual({
      stdout: 'Rebuilt allocation.stock from the log up to position 12345.\n',
      stderr: `\rposition 10,000 of 15,001  66 %${CLEAR}\r${CLEAR}`,
    });
    expect(rebuilt).toEqual(['allocation.stock']);
  });

  it('prints only its result without a terminal, here as JSON', async () => {
    const { stdout, stderr } = await rebuild(STEPS, '--json');

    expect(JSON.parse(stdout)).toEqual({ subscription: 'allocation.stock', position: 12_345 });
    expect(stderr).toBe('');
  });

  it('changes nothing after Ctrl-C', async () => {
    interruption.abort();

    await expect(rebuild(STEPS)).rejects.toThrow('Stopped: the read model is unchanged.');
    expect(rebuilt).toEqual([]);
  });
});
