import type { Actor } from '../../../kernel/cause/actor.js';
import type { Caller } from './caller.js';

const LOOPBACK: Actor = { kind: 'loopback', name: 'loopback' };

/** The caller, as the log and the audit log name them. */
export function actorOf({ by, name }: Pick<Caller, 'by' | 'name'>): Actor {
  return by === 'nothing' ? LOOPBACK : { kind: by, name };
}
