import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrateCommands } from '../../../../src/platform/cli/operator/migrate.js';
import { migrationStatus } from '../../../../src/platform/migrations/migrations.js';
import { asking } from '../../../support/asking.js';
import { runCommand } from '../../../support/run-command.js';
import { freshDatabase, type TestDatabase } from '../../../support/database.js';

let database: TestDatabase;
let ofBatches: string[];
beforeAll(async () => {
  database = await freshDatabase();
  ofBatches = (await migrationStatus(database.url))
    .filter(({ schema }) => schema === 'batches')
    .map(({ name }) => name);
});
afterAll(() => database.drop());

const migrate = async (...args: string[]) => {
  const { stdout, stderr } = await runCommand(
    migrateCommands(
      asking(database.url),
      (work) => work(database.url),
      (command) => command,
    ),
    ...args,
  );
  expect(stderr).toBe('');
  return stdout;
};

describe('`migrate`', () => {
  it('reverts a schema completely, lists what is missing, and applies it again', async () => {
    for (const name of ofBatches.toReversed()) {
      expect(await migrate('down', 'batches')).toBe(`Reverted batches ${name}\n`);
    }
    expect(await migrate('down', 'batches')).toBe('No migration of batches is applied.\n');

    const lines = (await migrate('status')).split('\n');
    expect(lines[0]).toMatch(/^schema +migration +state$/);
    expect(lines.filter((line) => line.startsWith('batches '))).toEqual(
      ofBatches.map((name) => expect.stringMatching(new RegExp(`^batches +${name} +missing$`))),
    );
    expect(lines.filter((line) => line.endsWith(' applied')).length).toBeGreaterThan(0);

    expect(await migrate('up')).toBe(ofBatches.map((name) => `Applied batches ${name}\n`).join(''));
    expect(await migrate('up')).toBe('Everything is up to date.\n');
  });

  it('prints its results as JSON', async () => {
    const newest = { schema: 'batches', name: ofBatches.at(-1)! };

    expect(JSON.parse(await migrate('down', 'batches', '--json'))).toEqual({ undone: newest });
    const { migrations } = JSON.parse(await migrate('status', '--json')) as { migrations: object[] };
    expect(migrations).toContainEqual({ ...newest, state: 'missing' });
    expect(JSON.parse(await migrate('up', '--json'))).toEqual({ applied: [newest] });
    expect(JSON.parse(await migrate('up', '--json'))).toEqual({ applied: [] });
  });

  it('lists the schemas if it is given an unknown one', async () => {
    await expect(migrate('down', 'stock')).rejects.toThrow(
      /^There is no schema stock\. The schemas are .*batches/,
    );
    await expect(migrate('down')).rejects.toThrow("missing required argument 'schema'");
  });
});
