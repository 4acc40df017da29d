import { printable } from '../logging/escape-control-characters.js';

/** Why a command failed, in one line: a command line has no use for a stack. */
export function errorMessage(error: unknown): string {
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown };
  // A connection that was refused at every address of a host comes without a message.
  const reason = [message, code, error].find((each) => typeof each === 'string' && each !== '');
  return typeof reason === 'string' ? printable(reason.split('\n')[0]!) : 'Something went wrong.';
}
