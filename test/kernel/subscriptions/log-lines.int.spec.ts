import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ServiceLogger } from '../../../src/platform/logging/service-logger.js';
import type { StoredEvent } from '../../../src/kernel/domain/events.js';
import { DeliveryReader } from '../../../src/kernel/subscriptions/readers/delivery-reader.js';
import { ReactionReader } from '../../../src/kernel/subscriptions/readers/reaction-reader.js';
import { freshKernel, type Kernel } from '../../support/kernel.js';
import { happened, HEARS, Subscribed } from '../../support/subscription.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

describe('a line of the log about an event', () => {
  const logger = new Logger('somebody');
  let kernel: Kernel;
  let written: string;

  beforeAll(async () => {
    kernel = await freshKernel();
    const { unitOfWork, log } = kernel;
    const followed = { correlationId: TRACE, causationId: null, traceparent: TRACEPARENT };
    const other = { correlationId: 'chain-7', causationId: null };
    await unitOfWork.inTransaction((tx) =>
      log.append(tx, [
        { event: happened('LAMP'), cause: followed },
        { event: happened('VASE'), cause: other },
      ]),
    );
  });
  beforeEach(() => {
    written = '';
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((text) => {
        written += String(text);
        return true;
      });
    }
    Logger.overrideLogger(new ServiceLogger('info'));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    Logger.overrideLogger(['log', 'warn', 'error']);
  });
  afterAll(() => kernel.close());

  const lines = () =>
    written
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('has the correlation id of the event if a reaction logs it', async () => {
    const subscribed = await Subscribed.begin('test.lines', kernel);
    const reaction = {
      react: async ({ key }: StoredEvent) => {
        await Promise.resolve();
        logger.log(`heard of ${key}`);
      },
    };
    const options = { name: subscribed.name, events: HEARS };
    await subscribed.readToEnd(new ReactionReader(options, reaction, kernel.unitOfWork, kernel.log));

    expect(lines()).toEqual([
      expect.objectContaining({ message: 'heard of LAMP', correlationId: TRACE, trace_id: TRACE }),
      expect.objectContaining({ message: 'heard of VASE', correlationId: 'chain-7' }),
    ]);
    expect(lines()[1]).not.toHaveProperty('trace_id');
  });

  it('has the correlation id of the event if a delivery logs it', async () => {
    const subscribed = await Subscribed.begin('test.delivered', kernel);
    const delivery = {
      deliver: async ({ key }: StoredEvent) => {
        await Promise.resolve();
        logger.log(`sent ${key}`);
      },
    };
    const options = { name: subscribed.name, events: HEARS };
    const reader = new DeliveryReader(options, delivery, kernel.dataSource, kernel.log);
    await subscribed.readToEnd(reader);
    await reader.close();

    expect(lines().map(({ correlationId }) => correlationId)).toEqual([TRACE, 'chain-7']);
  });

  it('has the correlation id of the event, and the reason, if the event is parked', async () => {
    const subscribed = await Subscribed.begin('test.parked', kernel);
    const delivery = {
      deliver: ({ key }: StoredEvent) =>
        key === 'LAMP' ? Promise.reject(new Error('no such address')) : Promise.resolve(),
    };
    const options = { name: subscribed.name, events: HEARS };
    const reader = new DeliveryReader(options, delivery, kernel.dataSource, kernel.log);
    await subscribed.readToEnd(reader);
    await reader.close();

    const [[position, state] = []] = await subscribed.setAside();
    expect(state).toBe('parked');
    expect(lines()).toEqual([
      expect.objectContaining({
        level: 'warn',
        context: 'subscription test.parked',
        message: `Event ${position}, Happened of LAMP, is parked until an operator retries or discards it: Error: no such address`,
        correlationId: TRACE,
        trace_id: TRACE,
      }),
    ]);
  });
});
