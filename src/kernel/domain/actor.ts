/**
 * Who does something, as the log and the audit log name them. Two actors of different kinds may have the same name, such
 * as a key and the subject of a token.
 */
export interface Actor {
  /**
   * - `key`: an API key, by its name
   * - `token`: a token of the issuer, by its subject
   * - `loopback`: any caller on this machine while access control is off
   * - `operator`: the command line, by the user of the operating system that ran it
   * - `service`: the service itself, by the user of the operating system that it runs as
   */
  readonly kind: 'key' | 'token' | 'loopback' | 'operator' | 'service';
  readonly name: string;
}
