import { describe, expect, it } from '@jest/globals';
import type { Argument } from 'commander';
import { command, group, valueArgument } from '../../../src/platform/cli/command.js';
import { quantity } from '../../../src/vocabulary/quantity.js';
import { sku } from '../../../src/vocabulary/sku.js';
import { wholeNumber } from '../../../src/vocabulary/value.js';
import { runCommand } from '../../support/run-command.js';

/** The value that a command parses from its arguments. */
async function read(argument: Argument, ...words: readonly string[]): Promise<unknown> {
  let value: unknown;
  const reading = command('read', 'reads').addArgument(argument);
  reading.action((given: unknown) => void (value = given));
  await runCommand(reading, ...words);
  return value;
}

describe('A command', () => {
  it('has an option --json', async () => {
    let isJson: boolean | undefined;
    const answering = command('answer', 'answers').action(
      ({ json }: { json?: true }) => void (isJson = json),
    );

    await runCommand(answering);
    expect(isJson).toBeUndefined();
    await runCommand(answering, '--json');
    expect(isJson).toBe(true);
  });

  it('can be one of several in a group, whose help lists them', async () => {
    const called: string[] = [];
    const [one, other] = ['one', 'other'].map((name) =>
      command(name, `does ${name}`).action(() => void called.push(name)),
    );
    const both = group('both', 'what there is', one!, other!);

    await runCommand(both, 'other');
    expect(called).toEqual(['other']);
    const { stdout } = await runCommand(both, '--help');
    expect(stdout).toContain('what there is');
    expect(stdout).toMatch(/one .*does one\n.*other .*does other\n/);
    expect((await runCommand(one!, '--help')).stdout).toMatch(/--json +Print the result as JSON/);
  });
});

describe('A code', () => {
  const argument = valueArgument('sku', 'what is sold', sku);

  it('is passed on unchanged', async () => {
    expect(await read(argument, 'LAMP-1 ä')).toBe('LAMP-1 ä');
  });

  it.each(['', ' LAMP', 'x'.repeat(129)])('is rejected like in the API: %j', async (word) => {
    await expect(read(argument, word)).rejects.toThrow(
      /argument .* is invalid for argument 'sku'\. It must be a text of 1 to 128 characters[^\n]*\.$/,
    );
  });
});

describe('A whole number', () => {
  it.each(['0', '12', '007', '9007199254740991'])('is accepted: %s', async (word) => {
    expect(await read(valueArgument('position', 'of it', wholeNumber()), word)).toBe(Number(word));
  });

  it.each(['', '1.5', '1e3', '0x10', '９', '1 ', 'x1', '1x', '9007199254740992'])(
    'is rejected if it is malformed or too large: %j',
    async (word) => {
      await expect(read(valueArgument('position', 'of it', wholeNumber()), word)).rejects.toThrow(
        /for argument 'position'\. It must be a whole number from 0 to 9007199254740991\.$/,
      );
    },
  );

  it('must lie within its bounds', async () => {
    const argument = valueArgument('position', 'of it', wholeNumber({ min: 2, max: 3 }));
    expect([await read(argument, '2'), await read(argument, '3')]).toEqual([2, 3]);
    for (const word of ['1', '4']) {
      await expect(read(argument, word)).rejects.toThrow('It must be a whole number from 2 to 3.');
    }
  });

  it('is required', async () => {
    await expect(read(valueArgument('quantity', 'of it', quantity))).rejects.toThrow(
      "missing required argument 'quantity'",
    );
  });
});
