import { jest } from '@jest/globals';
import { CommanderError, type Command } from 'commander';

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

/** Runs a command in this process. Resolves with what it has written, and with the error if it fails. */
export async function tryCommand(
  command: Command,
  ...args: readonly string[]
): Promise<Output & { readonly error?: unknown }> {
  stayAlive(command);
  let error: unknown;
  const output = await captureOutput(() =>
    command.parseAsync(args, { from: 'user' }).catch((reason: unknown) => (error = reason)),
  );
  return { ...output, error };
}

function stayAlive(command: Command): void {
  command.exitOverride();
  command.commands.forEach(stayAlive);
}

/** A help text ends the process, too. */
function unlessItHelped(error: unknown): void {
  if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
}
