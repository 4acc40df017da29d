import { userInfo } from 'node:os';
import type { Actor } from '../domain/actor.js';

export type { Actor } from '../domain/actor.js';

/** Any caller on this machine while access control is off. */
export const LOOPBACK: Actor = { kind: 'loopback', name: 'loopback' };

/** Who started this process: an operator at the command line, or the service itself. */
export function processActor(context: 'server' | 'cli' = 'cli'): Actor {
  return { kind: context === 'server' ? 'service' : 'operator', name: userName() };
}

/**
 * Who acts if a cause names nobody (and no `EventLog.actAs` is under way). On the server those are the calls while access control is off, which have no cause of
 * their own, since before Node 24 it would cost a tenth of a write; whatever else changes something there has one.
 */
export function unnamedActor(context: 'server' | 'cli'): Actor {
  return context === 'server' ? LOOPBACK : processActor(context);
}

let knownUserName: string | undefined;

/** A user without a name, as in many containers, is named by its number. */
function userName(): string {
  try {
    knownUserName ??= userInfo().username;
  } catch {
    knownUserName = `uid ${process.getuid?.() ?? 'unknown'}`;
  }
  return knownUserName;
}
