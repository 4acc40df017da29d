import { beforeEach, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { IncomingMessage, Receive } from '../../../src/platform/brokers/channels/broker.js';
import { eventually } from '../../support/eventually.js';
import type { Outside } from '../../support/outside.js';
import { signal } from '../../support/signal.js';

/** What a broker has handed over, and what it has told the log, in a test. */
export class Notes {
  readonly received: IncomingMessage[] = [];
  readonly told: string[] = [];

  readonly take: Receive = (message) => Promise.resolve(void this.received.push(message));

  get bodies(): string[] {
    return this.received.map(({ body }) => Buffer.from(body).toString());
  }

  clear(): void {
    this.received.length = 0;
    this.told.length = 0;
  }
}

/** Those of each test of a file, which restores its mocks when it has closed its broker. */
export function takeNotes(): Notes {
  const notes = new Notes();
  beforeEach(() => {
    notes.clear();
    for (const level of ['log', 'warn', 'error'] as const)
      jest
        .spyOn(Logger.prototype, level)
        .mockImplementation((words) => void notes.told.push(`${level}: ${words}`));
  });
  return notes;
}

export interface BrokerUnderTest {
  readonly name: string;
  /** Has what comes in over `in` handed over; resolves with another system that talks to it. */
  readonly start: (receive: Receive) => Promise<Outside>;
  readonly stopReceiving: () => Promise<void>;
  /** What a message is known by that was sent as `m-1`, and what one that was sent without a name. */
  readonly ids: readonly unknown[];
  /** What the log is told of a message that was not taken, for the reason `not now`. */
  readonly again: () => string;
  /** Messages that the broker still has, where it keeps them. */
  readonly left?: () => Promise<number>;
}

/** What holds of every broker, of what comes in. */
export function brokerContract(notes: Notes, broker: BrokerUnderTest): void {
  it('hands over what comes in, one after the other, and again where it was not taken', async () => {
    let failures = 2;
    let atATime = 0;
    const outside = await broker.start(async (message) => {
      expect(++atATime).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      atATime--;
      if (message.body.length === 1 && failures-- > 0) throw new Error('not now');
      await notes.take(message);
    });
    await outside.send('in', 'first', 'm-1');
    await outside.send('in', '2');
    await outside.send('in', 'third', 'm-1-1');
    await eventually('all have come', () => notes.received.length === 3);

    expect(notes.bodies).toEqual(['first', '2', 'third']);
    expect(notes.received.map(({ attempt }) => attempt)).toEqual([1, 3, 1]);
    expect(notes.received.slice(0, 2).map(({ id }) => id)).toEqual(broker.ids);
    expect(notes.received[0]).toMatchObject({ broker: broker.name, channel: 'in' });
    expect(notes.told).toEqual([broker.again(), broker.again()]);
    if (broker.left) expect(await broker.left()).toBe(0);
  });

  it('finishes the message at hand when it is stopped, and begins no other', async () => {
    const [isAtHand, goOn] = [signal(), signal()];
    const outside = await broker.start(async (message) => {
      isAtHand.give();
      await goOn.given;
      await notes.take(message);
    });
    await outside.send('in', 'first');
    await isAtHand.given;
    await outside.send('in', 'second');
    let hasStopped = false;
    const stopped = broker.stopReceiving().then(() => (hasStopped = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(hasStopped).toBe(false);
    goOn.give();
    await stopped;
    expect(notes.bodies).toEqual(['first']);
    if (broker.left) expect(await broker.left()).toBe(1);
  });
}
