import { beforeEach, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { IncomingMessage, Receive } from '../../../src/platform/brokers/channels/broker.js';
import { eventually } from '../../../testing/eventually.js';
import type { ExternalSystem } from '../../support/external-servers.js';
import { signal } from '../../support/signal.js';

/** Records the messages that a broker delivers and the lines that it logs. */
export class Recorder {
  readonly received: IncomingMessage[] = [];
  readonly logged: string[] = [];

  readonly receive: Receive = (message) => Promise.resolve(void this.received.push(message));

  get bodies(): string[] {
    return this.received.map(({ body }) => Buffer.from(body).toString());
  }

  clear(): void {
    this.received.length = 0;
    this.logged.length = 0;
  }
}

/** A recorder that is emptied before each test. The spec restores its mocks after it has closed its broker. */
export function useRecorder(): Recorder {
  const recorder = new Recorder();
  beforeEach(() => {
    recorder.clear();
    for (const level of ['log', 'warn', 'error'] as const)
      jest
        .spyOn(Logger.prototype, level)
        .mockImplementation((line) => void recorder.logged.push(`${level}: ${line}`));
  });
  return recorder;
}

export interface BrokerUnderTest {
  readonly name: string;
  /** Starts to receive on channel `in`; resolves with another system that sends to it. */
  readonly start: (receive: Receive) => Promise<ExternalSystem>;
  readonly stopReceiving: () => Promise<void>;
  /** The ids of a message that was sent with the id `m-1` and of one that was sent without. */
  readonly ids: readonly unknown[];
  /** The line that is logged for a message that failed with `not now`. */
  readonly retryLine: () => string;
  /** How many messages the broker still keeps, if it keeps them. */
  readonly left?: () => Promise<number>;
}

/** How every broker delivers incoming messages. */
export function brokerSuite(recorder: Recorder, broker: BrokerUnderTest): void {
  it('delivers messages one at a time, and again after a failure', async () => {
    let failures = 2;
    let atATime = 0;
    const outside = await broker.start(async (message) => {
      expect(++atATime).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      atATime--;
      if (message.body.length === 1 && failures-- > 0) throw new Error('not now');
      await recorder.receive(message);
    });
    await outside.send('in', 'first', 'm-1');
    await outside.send('in', '2');
    await outside.send('in', 'third', 'm-1-1');
    await eventually('all have come', () => recorder.received.length === 3);

    expect(recorder.bodies).toEqual(['first', '2', 'third']);
    expect(recorder.received.map(({ attempt }) => attempt)).toEqual([1, 3, 1]);
    expect(recorder.received.slice(0, 2).map(({ id }) => id)).toEqual(broker.ids);
    expect(recorder.received[0]).toMatchObject({ broker: broker.name, channel: 'in' });
    expect(recorder.logged).toEqual([broker.retryLine(), broker.retryLine()]);
    if (broker.left) expect(await broker.left()).toBe(0);
  });

  it('finishes the current message when it is stopped, and starts no other', async () => {
    const [isDelivered, goOn] = [signal(), signal()];
    const outside = await broker.start(async (message) => {
      isDelivered.give();
      await goOn.given;
      await recorder.receive(message);
    });
    await outside.send('in', 'first');
    await isDelivered.given;
    await outside.send('in', 'second');
    let hasStopped = false;
    const stopped = broker.stopReceiving().then(() => (hasStopped = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(hasStopped).toBe(false);
    goOn.give();
    await stopped;
    expect(recorder.bodies).toEqual(['first']);
    if (broker.left) expect(await broker.left()).toBe(1);
  });
}
