import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { requireInLog } from '../../../src/kernel/event-log/pruned.js';
import { gapAfter, noteRestore } from '../../../src/kernel/event-log/restored.js';
import { freshKernel, type Kernel } from '../../support/kernel.js';
import { append } from '../../support/subscription.js';

const kernels: Kernel[] = [];
let kernel: Kernel;
beforeEach(async () => {
  kernel = await freshKernel();
  kernels.push(kernel);
});
afterAll(() => Promise.all(kernels.map((each) => each.close())));

const GAP = 1_000_000;
const happen = (count: number) =>
  append(
    kernel,
    ...Array.from({ length: count }, () => ({ type: 'Happened', version: 1, key: 'LAMP', data: {} })),
  );
const note = (gap = GAP) => noteRestore(kernel.dataSource.manager, gap);
const requireIn = (position: number) => requireInLog(kernel.dataSource.manager, position);
const last = () => kernel.log.last(kernel.dataSource.manager);

describe('A restored log', () => {
  it('continues behind the gap', async () => {
    await happen(3);
    expect(await note()).toEqual({ endedAt: 3, continuesAfter: 3 + GAP });
    await happen(1);
    expect(await last()).toBe(4 + GAP);
  });

  it('refuses readers of lost events for ever, and names the position to go on from', async () => {
    await happen(3);
    await note();
    const ahead = { code: 'ahead-of-log', facts: { after: 4, head: 3 } };
    await expect(requireIn(4)).rejects.toMatchObject(ahead);
    await happen(2);
    await expect(requireIn(4)).rejects.toMatchObject({
      ...ahead,
      message:
        'The log ended at position 3, before 4: it was restored to an earlier state. Read the current state from the ' +
        'other calls, then the events after 3.',
    });
    await expect(requireIn(2 + GAP)).rejects.toMatchObject({ code: 'ahead-of-log', facts: { head: 3 } });
    await expect(requireIn(6 + GAP)).rejects.toMatchObject({
      code: 'ahead-of-log',
      facts: { head: 5 + GAP },
    });
  });

  it.each([1, 2, 3, 4 + GAP, 5 + GAP])(
    'lets readers go on from position %i, which it has',
    async (position) => {
      await happen(3);
      await note();
      await happen(2);
      await expect(requireIn(position)).resolves.toBeUndefined();
    },
  );

  it('gives readers with a filter no position to go on from that it would refuse', async () => {
    await happen(3);
    await note();
    await happen(10_010);
    const { upTo } = await kernel.log.readMatching(kernel.dataSource.manager, { types: ['Other'] }, 0, 100);
    expect(upTo).toBe(3);
    await expect(requireIn(upTo)).resolves.toBeUndefined();
    expect(
      await kernel.log.readMatching(kernel.dataSource.manager, { types: ['Other'] }, upTo, 100),
    ).toMatchObject({ upTo: 10_003 + GAP });
  });

  it('may be restored again, from the same backup too', async () => {
    await happen(3);
    await note();
    await happen(2);
    expect(await note()).toEqual({ endedAt: 5 + GAP, continuesAfter: 5 + 2 * GAP });
    expect(await note()).toEqual({ endedAt: 5 + GAP, continuesAfter: 5 + 3 * GAP });
    await happen(1);
    await expect(requireIn(4)).rejects.toMatchObject({ facts: { head: 3 } });
    await expect(requireIn(6 + GAP)).rejects.toMatchObject({ facts: { head: 5 + GAP } });
  });

  it('that was empty continues, too', async () => {
    expect(await note()).toMatchObject({ endedAt: 0 });
    await happen(1);
    await expect(requireIn(1)).rejects.toMatchObject({ code: 'ahead-of-log', facts: { head: 0 } });
  });

  it('of a version without notes has the gap alone', async () => {
    await happen(3);
    await kernel.dataSource.query('drop table event_log.restored');
    expect(await note()).toEqual({ endedAt: 3, continuesAfter: 3 + GAP });
  });

  it('that the database does not have is left alone', async () => {
    await kernel.dataSource.query('drop schema event_log cascade');
    expect(await note()).toBeNull();
  });
});

describe('The gap', () => {
  it('has room for what may have happened since the backup, also if clocks differ', () => {
    expect(gapAfter(-100)).toBe(GAP);
    expect(gapAfter(86_400)).toBe(GAP + 86_400_000_000);
  });
});
