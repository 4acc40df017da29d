import { LOOPBACK, type Actor } from '../../../kernel/cause/actor.js';

/** Features name theirs like `shelves:write`. None includes another: a key may do what its scopes name, and nothing else. */
export type Scope = 'read' | 'admin' | `${string}:${string}`;

/** Who makes a call, and what they may do. */
export interface Caller {
  /** How they proved who they are; `nothing` as long as access control is off. */
  readonly kind: 'nothing' | 'key' | 'token';
  /** The id of the key, or the subject of the token. */
  readonly id: string;
  /** What people call them: the name of the key, or the subject of the token. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** When their token expires, in milliseconds since 1970. A key is valid until it is revoked. */
  readonly expiresAt?: number;
}

/** Who makes a call, or why it is rejected. */
export type Admission = Caller | Error;

/** The caller, as the log and the audit log name them. */
export function actorOf({ kind, name }: Pick<Caller, 'kind' | 'name'>): Actor {
  return kind === 'nothing' ? LOOPBACK : { kind, name };
}
