import { SCOPES, type Scope } from './scope.js';

/** Who calls, and what he may do. */
export interface Caller {
  /** What he is known by; `nothing` as long as nobody is asked. */
  readonly kind: 'nothing' | 'key' | 'token';
  /** The id of the key, or the subject of the token. */
  readonly id: string;
  /** What people call them: the name of the key, or the subject of the token. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Until when his token is good, in milliseconds since 1970. A key is good until it is revoked. */
  readonly expiresAt?: number;
}

/** Who makes a call, or why it may not be made. */
export type Admission = Caller | Error;

export const ANONYMOUS: Caller = { kind: 'nothing', id: '', name: '', scopes: SCOPES };
