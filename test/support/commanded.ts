import { jest } from '@jest/globals';
import { CommanderError, type Command } from 'commander';

/** What a command has written. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in this process. Rejects with what is wrong with the arguments, where the process would end. */
export async function commanded(command: Command, ...args: readonly string[]): Promise<Said> {
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    }),
  );
  stayAlive(command);
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    // A help text ends it, too.
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return said;
}

function stayAlive(command: Command): void {
  command.exitOverride();
  command.commands.forEach(stayAlive);
}
