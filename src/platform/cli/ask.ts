import type { Service } from './rest/service.js';

/*
 * These types load nothing. A command imports the application, the database or the client of REST only when it runs: Nest
 * and its dependencies take 0.6 s, while a help text or a mistyped argument needs none of them.
 */

/** A value as it arrives over REST: dates are texts. */
export type Json<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Json<T[K]> } : T;

/** How a command gets what it shows. The compiler wants both ways, so that no command can be without one. */
export interface Ways<Context, T> {
  /** On the database, beside a running service or without. */
  readonly onDatabase: (context: Context) => Promise<T>;
  /** Over REST, from a service that runs elsewhere. */
  readonly overRest: (service: Service) => Promise<Json<T>>;
  /** Shows it, as long as the database or the service is open. */
  readonly show?: (result: T | Json<T>) => void;
}

/** Goes one of the ways: over REST if there is `--url` or `EARMARK_URL`, otherwise on the database. */
export type Ask<Context> = <T>(ways: Ways<Context, T>) => Promise<void>;
