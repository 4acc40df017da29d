import type { Type } from '@nestjs/common';
import type { CommandBus, QueryBus } from '@nestjs/cqrs';

/*
 * These types load nothing. A command imports the application only when it runs: Nest and its dependencies take 0.6 s,
 * while a help text or a mistyped argument needs none of them.
 */

/** The application while a command runs. */
export interface Application {
  readonly commands: CommandBus;
  readonly queries: QueryBus;
  /** Aborted by Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
  readonly get: <T>(token: Type<T>) => T;
}

/** The exit code after Ctrl-C, as shells define it: 128 + SIGINT. */
export const INTERRUPTED = 130;

/** Opens the application on the database, does the work of a command that works on nothing else, and closes it. */
export type ApplicationRunner = (work: (application: Application) => Promise<void>) => Promise<void>;
