import { MISLEADING } from './contract.js';

/** What is wrong with the lines that a service has left on stdout; nothing is what we hope for. */
export function faultsInLog(stdout: string, secrets: readonly string[]): string[] {
  const lines = stdout.split('\n');
  return [
    ...(lines.at(-1) === '' ? [] : ['the last line does not end']),
    ...lines
      .slice(0, -1)
      .flatMap((line) => faultsOfLine(line).map((fault) => `${fault}: ${line.slice(0, 300)}`)),
    ...secrets.filter((secret) => stdout.includes(secret)).map(() => 'a secret'),
    ...(/authorization|bearer/i.test(stdout) ? ['a header with a secret'] : []),
  ];
}

function faultsOfLine(line: string): string[] {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return ['no JSON'];
  }
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return ['no object'];
  const { level, pid, time, message } = entry as Record<string, unknown>;
  return [
    ...(typeof level === 'string' && typeof pid === 'number' && typeof time === 'string' ? [] : ['not ours']),
    // What says `fatal` or `error` was a fault of ours, and was answered by 500.
    ...(['info', 'warn', 'debug', 'verbose'].includes(level as string) ? [] : [`level ${String(level)}`]),
    ...(typeof message === 'string' ? [] : ['no message']),
    ...(MISLEADING.test(line) ? ['a character that means something to who reads it'] : []),
  ];
}
