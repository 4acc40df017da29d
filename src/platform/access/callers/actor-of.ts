import type { Actor } from '../../../kernel/cause/actor.js';
import type { Caller } from './caller.js';

const LOOPBACK: Actor = { kind: 'loopback', name: 'loopback' };

/** The caller, as the log and the audit log name them. */
export function actorOf({ kind, name }: Pick<Caller, 'kind' | 'name'>): Actor {
  return kind === 'nothing' ? LOOPBACK : { kind, name };
}
