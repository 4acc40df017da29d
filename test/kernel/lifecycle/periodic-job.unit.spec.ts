import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { processActor } from '../../../src/kernel/cause/actor.js';
import { currentCause, logContext, type Cause } from '../../../src/kernel/cause/causation.js';
import { PeriodicJob } from '../../../src/kernel/lifecycle/periodic-job.js';
import type { ProcessContext } from '../../../src/kernel/lifecycle/process-context.js';
import { eventually } from '../../../testing/eventually.js';

class Job extends PeriodicJob {
  runs = 0;

  constructor(
    context: ProcessContext,
    private readonly work: (run: number) => Promise<number | void>,
    everyMs = 0,
    isRecording = false,
  ) {
    super(context, { name: 'test', everyMs, recordsEvents: isRecording, failure: 'Cannot work' });
  }

  protected override run(): Promise<number | void> {
    return this.work(++this.runs);
  }
}

let job: Job;
let logged: unknown[];
beforeEach(() => {
  logged = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((line) => void logged.push(line));
});
afterEach(async () => {
  await job.onApplicationShutdown();
  jest.restoreAllMocks();
});

describe('a periodic job', () => {
  it('runs again and again on the server', async () => {
    job = new Job('server', () => Promise.resolve());
    job.onApplicationBootstrap();
    await eventually('it has run often', () => job.runs >= 3);
  });

  it('never runs on the command line', async () => {
    job = new Job('cli', () => Promise.resolve());
    job.onApplicationBootstrap();
    await job.stop();
    expect(job.runs).toBe(0);
  });

  it('is the actor of the events that it records, each run with a correlation id of its own', async () => {
    const causes: Cause[] = [];
    const work = () => Promise.resolve(void causes.push(currentCause()));
    job = new Job('server', work, 0, true);
    job.onApplicationBootstrap();
    await eventually('it has run twice', () => causes.length >= 2);

    expect(causes[0]).toMatchObject({ causationId: null, actor: processActor().name });
    expect(causes[1]!.correlationId).not.toBe(causes[0]!.correlationId);
  });

  it('enters no context if it records no events', async () => {
    const contexts: unknown[] = [];
    job = new Job('server', () => Promise.resolve(void contexts.push(logContext())));
    job.onApplicationBootstrap();
    await eventually('it has run', () => contexts.length >= 1);

    expect(contexts[0]).toBeUndefined();
  });

  it('pauses for as long as a run asks for', async () => {
    job = new Job('server', (run) => Promise.resolve(run < 3 ? 0 : undefined), 3_600_000);
    job.onApplicationBootstrap();
    await eventually('it has run', () => job.runs === 3);
  });

  it('goes on after a run that failed, and logs the first failure of a row', async () => {
    job = new Job('server', (run) =>
      run % 4 === 0 ? Promise.resolve() : Promise.reject(new Error(`${run}`)),
    );
    job.onApplicationBootstrap();
    await eventually('it has run often', () => job.runs >= 8);
    await job.stop();
    expect(logged.slice(0, 2)).toEqual(['Cannot work, retrying: 1', 'Cannot work, retrying: 5']);
  });

  it('tries again soon after a run that failed, however seldom it runs', async () => {
    job = new Job('server', (run) => (run < 2 ? Promise.reject(new Error()) : Promise.resolve()), 3_600_000);
    job.onApplicationBootstrap();
    await eventually('it has run again', () => job.runs === 2);
  });

  it('stops once the run that is under way has ended, and runs no more', async () => {
    let end: () => void = () => undefined;
    job = new Job('server', () => new Promise<void>((resolve) => (end = resolve)));
    job.onApplicationBootstrap();
    let isStopped = false;
    const stopped = job.stop().then(() => (isStopped = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isStopped).toBe(false);
    end();
    await stopped;
    expect(job.runs).toBe(1);
  });
});
