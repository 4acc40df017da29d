import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable, Logger, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CommandBus, CqrsModule, QueryBus } from '@nestjs/cqrs';
import type { ProcessContext } from '../../../src/kernel/lifecycle/process-context.js';
import { readSettings, type Settings } from '../../../src/platform/config/settings.js';

/** What has happened, in its order. */
let steps: string[];
const note = (step: string) => {
  steps.push(step);
  return Promise.resolve();
};
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

describe('What a command does in the application', () => {
  it('has the buses and whatever is in it, on the database of the settings', async () => {
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

  it('may fail, after which all is closed', async () => {
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

  it('is not begun where the application cannot be', async () => {
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

  it('learns that Ctrl-C was pressed', async () => {
    await inApplication(
      readSettings,
      () => shop,
      ({ signal }) => {
        process.emit('SIGINT');
        expect(signal.aborted).toBe(true);
        return note('worked');
      },
    );

    expect(steps).toEqual(ALL);
  });
});
