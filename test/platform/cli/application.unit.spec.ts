import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable, Logger, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CommandBus, CqrsModule, QueryBus } from '@nestjs/cqrs';
import type { ProcessContext } from '../../../src/kernel/lifecycle/process-context.js';
import { readSettings, type Settings } from '../../../src/platform/config/settings.js';

/** What happened, in order. */
let steps: string[];
const note = (step: string) => {
  steps.push(step);
  return Promise.resolve();
};
// A second request to stop, or 15 s after the first, would end the process of the tests. Before anything
// is imported that imports it.
const atOnce = await import('../../../src/platform/shutdown/at-once.js');
jest.unstable_mockModule('../../../src/platform/shutdown/at-once.js', () => ({
  ...atOnce,
  endAtOnce: () => new Promise(() => undefined),
}));
const databases = await import('../../../src/platform/database/database.js');
const openDatabase = async (_settings: Settings, role?: ProcessContext) => {
  await note(`database opened for the ${role}`);
  return { url: 'postgres://here/earmark', close: () => note('database closed') };
};
jest.unstable_mockModule('../../../src/platform/database/database.js', () => ({
  ...databases,
  openDatabase,
}));
const { inApplication } = await import('../../../src/platform/cli/application.js');

let isBroken: boolean;
@Injectable()
class Shelf implements OnModuleInit, OnModuleDestroy {
  constructor() {
    if (isBroken) throw new Error('The shelf is broken.');
  }
  onModuleInit() {
    return note('begun');
  }
  onModuleDestroy() {
    return note('ended');
  }
}
@Module({ imports: [CqrsModule] })
class Shop {}
const shop = { module: Shop, providers: [Shelf] };

const environmentWas = process.env;
beforeEach(() => {
  process.env = { LOG_LEVEL: 'error' };
  steps = [];
  isBroken = false;
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  process.env = environmentWas;
  Logger.overrideLogger(false);
  jest.restoreAllMocks();
});

const ALL = ['database opened for the cli', 'begun', 'worked', 'ended', 'database closed'];

describe('A command in the application', () => {
  it('gets the buses and providers of an application on the configured database', async () => {
    const module = jest.fn<(settings: Settings, url: string) => typeof shop>(() => shop);
    await inApplication(readSettings, module, async ({ commands, queries, signal, get }) => {
      expect(commands).toBeInstanceOf(CommandBus);
      expect(queries).toBeInstanceOf(QueryBus);
      expect(signal.aborted).toBe(false);
      expect(get(Shelf)).toBeInstanceOf(Shelf);
      await note('worked');
    });

    expect(module).toHaveBeenCalledWith(
      expect.objectContaining({ logLevel: 'error' }),
      'postgres://here/earmark',
    );
    expect(steps).toEqual(ALL);
  });

  it('leaves everything closed if it fails', async () => {
    const failing = inApplication(
      readSettings,
      () => shop,
      async () => {
        await note('worked');
        throw new Error('It is dark.');
      },
    );

    await expect(failing).rejects.toThrow('It is dark.');
    expect(steps).toEqual(ALL);
  });

  it('does not run if the application cannot start', async () => {
    isBroken = true;

    await expect(
      inApplication(
        readSettings,
        () => shop,
        () => note('worked'),
      ),
    ).rejects.toThrow('The shelf is broken.');
    expect(steps).toEqual(['database opened for the cli', 'database closed']);
  });

  it('has its signal aborted by Ctrl-C', async () => {
    // Commands of other tests of this process may still listen, and would end it.
    const others = process.listeners('SIGINT');
    await inApplication(
      readSettings,
      () => shop,
      ({ signal }) => {
        const [listener] = process.listeners('SIGINT').filter((each) => !others.includes(each));
        listener!('SIGINT');
        expect(signal.aborted).toBe(true);
        return note('worked');
      },
    );

    expect(steps).toEqual(ALL);
  });
});
