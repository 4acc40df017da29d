import { jest } from '@jest/globals';
import { CommanderError, type Command } from 'commander';
import { errorLine } from '../../src/platform/cli/print.js';
import type { Ended } from './command-line.js';

/** What was written meanwhile. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Does the work, and resolves with what it has written instead of writing it. */
export async function captureOutput(work: () => unknown): Promise<Output> {
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    }),
  );
  try {
    await work();
    return said;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Runs a command in this process. Rejects with what is wrong with the arguments, where the process would end. */
export function runCommand(command: Command, ...args: readonly string[]): Promise<Output> {
  stayAlive(command);
  return captureOutput(() => command.parseAsync(args, { from: 'user' }).catch(unlessItHelped));
}

/** Runs a command in this process, and resolves with what a process of its own would print and exit with. */
export async function runToEnd(command: Command, ...args: readonly string[]): Promise<Ended> {
  stayAlive(command);
  const exitCodeWas = process.exitCode;
  process.exitCode = undefined;
  // A command shows its progress on a terminal only, and the tests may run in one.
  const terminals = [process.stdout, process.stderr]
    .filter(({ isTTY }) => isTTY)
    .map((stream) => jest.replaceProperty(stream, 'isTTY', false));
  try {
    const output = await captureOutput(() => command.parseAsync(args, { from: 'user' }).catch(fail));
    return { code: Number(process.exitCode ?? 0), ...output };
  } finally {
    process.exitCode = exitCodeWas;
    for (const terminal of terminals) terminal.restore();
  }
}

/** As `src/cli.ts` does. What is wrong with the arguments was printed already. */
function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
    return;
  }
  process.stderr.write(`${errorLine(error)}\n`);
  process.exitCode = 1;
}

function stayAlive(command: Command): void {
  command.exitOverride();
  command.commands.forEach(stayAlive);
}

/** A help text ends the process, too. */
function unlessItHelped(error: unknown): void {
  if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
}
