import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CommandBus } from '@nestjs/cqrs';
import { EndProtections } from '../../src/allocation/commands/end-protections.js';
import { NoteOverdueBatches } from '../../src/allocation/commands/note-overdue-batches.js';
import { WatchDates } from '../../src/allocation/reactions/watch-dates.js';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';

class Job extends WatchDates {
  override run(): Promise<void> {
    return super.run();
  }
}

let now: Date;
let sent: (NoteOverdueBatches | EndProtections)[];
let isAway: boolean;
let job: Job;

beforeEach(() => {
  now = new Date('2026-06-01T12:00:00Z');
  [sent, isAway] = [[], false];
  const commands = {
    execute(command: NoteOverdueBatches | EndProtections) {
      if (isAway && command instanceof EndProtections) return Promise.reject(new Error('away'));
      sent.push(command);
      return Promise.resolve();
    },
  };
  // In Auckland the second of June begins at noon UTC of the first.
  const calendar = new Calendar('Pacific/Auckland', () => now);
  job = new Job(commands as unknown as CommandBus, calendar, 'server');
});

const [first, second] = ['2026-06-02', '2026-06-03'];

describe('The job that watches the dates', () => {
  it('looks for overdue batches each time, and for ended protections once for each day of the time zone', async () => {
    await job.run();
    await job.run();
    now = new Date('2026-06-02T12:00:00Z');
    await job.run();
    expect(sent).toEqual([
      new NoteOverdueBatches(first),
      new EndProtections(first),
      new NoteOverdueBatches(first),
      new NoteOverdueBatches(second),
      new EndProtections(second),
    ]);
  });

  it('ends protections with its next run if it could not', async () => {
    isAway = true;
    await expect(job.run()).rejects.toThrow('away');
    isAway = false;
    await job.run();
    expect(sent.slice(1)).toEqual([new NoteOverdueBatches(first), new EndProtections(first)]);
  });
});
