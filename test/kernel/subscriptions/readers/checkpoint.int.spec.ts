import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  advanceCheckpoint,
  checkpointsIn,
  registerCheckpoint,
} from '../../../../src/kernel/subscriptions/readers/checkpoint.js';
import { freshKernel, type Kernel } from '../../../support/kernel.js';
import { append, happened } from '../../../support/subscription.js';

let kernel: Kernel;
beforeAll(async () => {
  kernel = await freshKernel();
});
afterAll(() => kernel.close());

describe('The checkpoints of subscriptions that ask together', () => {
  it('say of each how far it is and whether events of its types are left, and of an unknown one nothing', async () => {
    const { manager } = kernel.dataSource;
    for (const name of ['behind', 'at the end', 'of others', 'late']) await registerCheckpoint(manager, name);
    await append(kernel, happened('CHAIR'), happened('TABLE'));
    const head = await kernel.log.head(manager);
    await advanceCheckpoint(manager, 'at the end', head);
    await manager.query(
      `insert into event_log.set_aside (subscription, position, key, state, attempts, next_attempt_at)
       values ('late', 1, 'CHAIR', 'retrying', 1, now())`,
    );

    const checkpoints = checkpointsIn(manager);
    const asked = [
      { name: 'behind', types: ['Ordered', 'Happened'], searched: 0 },
      { name: 'at the end', types: ['Happened'], searched: 0 },
      { name: 'of others', types: ['Ordered'], searched: 0 },
      { name: 'late', types: ['Happened'], searched: head },
      { name: 'unknown', types: [], searched: 0 },
    ];
    const answers = await Promise.all(asked.map((each) => checkpoints.load(each)));

    const none = { head, hasEvents: false, isRetryDue: false, hasReserved: false };
    expect(answers).toEqual([
      { ...none, position: 0, hasEvents: true },
      { ...none, position: head },
      { ...none, position: 0 },
      { ...none, position: 0, isRetryDue: true },
      undefined,
    ]);
  });
});
