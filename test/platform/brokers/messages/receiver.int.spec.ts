import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { CommandBus } from '@nestjs/cqrs';
import type { IncomingMessage } from '../../../../src/platform/brokers/channels/broker.js';
import type { IncomingChannel } from '../../../../src/platform/brokers/channels/channel.js';
import { Receiver } from '../../../../src/platform/brokers/messages/receiver.js';
import type { LeaderLease } from '../../../../src/platform/brokers/messages/leader-lease.js';
import { Busy } from '../../../../src/kernel/domain/errors.js';
import { metrics } from '../../../../src/kernel/metrics/instruments.js';
import { currentCause, logContext } from '../../../../src/kernel/cause/causation.js';
import { freshKernel, type Kernel } from '../../../support/kernel.js';

const MIB = 1024 * 1024;
const LONGEST_ID = 256;

let kernel: Kernel;
beforeAll(async () => {
  kernel = await freshKernel();
});
afterAll(() => kernel.close());

let logged: string[];
let execute: jest.Mock<(command: { text: string }) => Promise<void>>;
let isLeader: boolean;
let receiver: Receiver;
beforeEach(async () => {
  await kernel.dataSource.query('truncate broker.inbox, broker.dead_letter');
  logged = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((line) => void logged.push(String(line)));
  execute = jest.fn();
  execute.mockResolvedValue();
  isLeader = true;
  const lease = { isHeld: () => Promise.resolve(isLeader) } as unknown as LeaderLease;
  receiver = new Receiver(kernel.unitOfWork, { execute } as unknown as CommandBus, lease);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** A channel whose bodies are texts. */
const channel = {
  name: 'texts',
  toCommand: (body: Uint8Array) => ({ text: Buffer.from(body).toString() }),
} as unknown as IncomingChannel;

const receive = (id: string | null, text: string, attempt = 1) => {
  const message: IncomingMessage = { broker: 'test', channel: 'texts', id, body: Buffer.from(text), attempt };
  return receiver.receive(channel, message);
};
const applied = () => execute.mock.calls.map(([{ text }]) => text);

interface DeadLetter {
  readonly id: string | null;
  readonly reason: string;
  readonly size: number;
  readonly kept: number;
}
const deadLetters = () =>
  kernel.dataSource.query<DeadLetter[]>(
    `select message_id as id, reason, size, length(body) as kept from broker.dead_letter order by received_at`,
  );
const inbox = async () =>
  (await kernel.dataSource.query<{ id: string }[]>('select message_id as id from broker.inbox')).map(
    ({ id }) => id,
  );

describe('A message', () => {
  it('is applied once for each id, and recorded in the inbox', async () => {
    await receive('m-1', 'first');
    await receive('m-1', 'first again');
    await receive('m-2', 'second');
    expect(applied()).toEqual(['first', 'second']);
    expect(await inbox()).toEqual(['m-1', 'm-2']);
    expect(logged).toEqual([]);
  });

  it('without an id is applied each time by the leading instance, and not recorded', async () => {
    await receive(null, 'ours');
    await receive(null, 'ours');
    isLeader = false;
    await receive(null, 'theirs');
    expect(applied()).toEqual(['ours', 'ours']);
    expect(await inbox()).toEqual([]);
  });

  it('with an id is applied by any instance', async () => {
    isLeader = false;
    await receive('m-1', 'text');
    expect(applied()).toEqual(['text']);
  });
});

describe('A message that is received', () => {
  it('gives its id to the log as the correlation id', async () => {
    const causes: (string | undefined)[] = [];
    execute.mockImplementation(() => Promise.resolve(void causes.push(logContext()?.correlationId)));
    await receive('m-1', 'text');
    await receive(null, 'text');
    expect(causes).toEqual(['m-1', expect.stringMatching(/^[\da-f-]{36}$/)]);
  });

  it('is an act of its channel', async () => {
    const actors: unknown[] = [];
    execute.mockImplementation(() => Promise.resolve(void actors.push(currentCause().actor)));
    await receive('m-1', 'text');
    expect(actors).toEqual(['texts']);
  });

  it('is counted, and so is each dead letter', async () => {
    const counters = { messagesIn: metrics.messagesIn, deadLetters: metrics.deadLetters };
    const [taken, kept] = [jest.fn(), jest.fn()];
    Object.assign(metrics, { messagesIn: { add: taken }, deadLetters: { add: kept } });
    const labels = { 'messaging.system': 'test', 'messaging.destination.name': 'texts' };
    await receive('m-1', 'text');
    expect([taken.mock.calls, kept.mock.calls]).toEqual([[[1, labels]], []]);
    execute.mockRejectedValue(new Error('never'));
    await receive('m-2', 'text');
    Object.assign(metrics, counters);
    expect([taken.mock.calls.length, kept.mock.calls]).toEqual([2, [[1, labels]]]);
  });
});

describe('A message that cannot be applied', () => {
  it('is dead-lettered with the reason, and applied when it is repeated and the reason is gone', async () => {
    execute.mockRejectedValueOnce(new TypeError('no such thing'));
    await receive('m-1', 'text');
    const reason = 'TypeError: no such thing';
    expect(await deadLetters()).toEqual([{ id: 'm-1', reason, size: 4, kept: 4 }]);
    expect(await inbox()).toEqual([]);
    expect(logged).toEqual([`Dead-lettered a message on texts from test: ${reason}`]);

    await receive('m-1', 'text');
    expect(applied()).toEqual(['text', 'text']);
    expect(await inbox()).toEqual(['m-1']);
  });

  it('is dead-lettered once, however often it is repeated', async () => {
    execute.mockRejectedValue(new Error('never'));
    for (let n = 0; n < 3; n++) await receive('m-1', 'text');
    expect(await deadLetters()).toHaveLength(1);
  });

  it('is dead-lettered without an id if it has none', async () => {
    execute.mockRejectedValue(new Error('never'));
    await receive(null, 'text');
    expect(await deadLetters()).toMatchObject([{ id: null }]);
  });

  it('is dead-lettered with a reason that PostgreSQL can store, cut at a thousand characters', async () => {
    execute.mockRejectedValueOnce(`a\0b${'x'.repeat(2_000)}`);
    await receive('m-1', 'text');
    expect(await deadLetters()).toMatchObject([{ reason: `ab${'x'.repeat(998)}` }]);
  });

  it('is retried while the service is busy, but only 19 times', async () => {
    execute.mockRejectedValue(new Busy('Too much.'));
    for (const attempt of [1, 19]) await expect(receive('m-1', 'text', attempt)).rejects.toThrow(Busy);
    expect(await deadLetters()).toEqual([]);
    expect(await inbox()).toEqual([]);
    await receive('m-1', 'text', 20);
    expect(await deadLetters()).toMatchObject([{ id: 'm-1', reason: 'Busy: Too much.' }]);
  });
});

describe('The body of a message', () => {
  it('may hold 1 MiB', async () => {
    await receive('m-1', 'x'.repeat(MIB));
    expect(execute).toHaveBeenCalledTimes(1);
  });

  it('is rejected above 1 MiB, and kept in part', async () => {
    await receive('m-1', 'x'.repeat(MIB + 1));
    expect(execute).not.toHaveBeenCalled();
    const reason = 'InvalidMessage: The body has 1048577 bytes, more than 1 MiB.';
    expect(await deadLetters()).toEqual([{ id: 'm-1', reason, size: MIB + 1, kept: 64 * 1024 }]);
  });
});

describe('The id of a message', () => {
  it('may have 256 characters', async () => {
    await receive('é'.repeat(LONGEST_ID), 'text');
    expect(await inbox()).toEqual(['é'.repeat(LONGEST_ID)]);
  });

  const long = 'x'.repeat(LONGEST_ID);
  it.each([
    ['longer', `${long}y`],
    ['with a NUL', 'm\0-1'],
    ['with half a character', 'm\ud800-1'],
  ])('is rejected if it is %s, and kept in a form that can be stored', async (_, id) => {
    await receive(id, 'text');
    expect(execute).not.toHaveBeenCalled();
    const [kept] = await deadLetters();
    expect(kept!.reason).toBe(
      'InvalidMessage: The message id must be at most 256 characters that can be stored.',
    );
    expect(kept!.id).toMatch(/^(x{191}|m-1) [0-9a-f]{64}$/);
  });

  it('distinguishes messages even if it cannot be stored', async () => {
    for (const id of [`${long}y`, `${long}z`, `${long}y`]) await receive(id, 'text');
    expect(await deadLetters()).toHaveLength(2);
  });
});
