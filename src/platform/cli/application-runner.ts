import type { Type } from '@nestjs/common';
import type { CommandBus, QueryBus } from '@nestjs/cqrs';

/*
 * What the commands are run on. It is loaded when it is needed, and not before, as is what a command imports of the
 * application: Nest with all that it brings takes 0.6 s, a help text or a mistyped argument nothing.
 */

/** The application as a command has it while it runs. */
export interface Application {
  readonly commands: CommandBus;
  readonly queries: QueryBus;
  /** Aborted by Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
  readonly get: <T>(token: Type<T>) => T;
}

/** Runs a command's work on the application, opened before and closed behind it. */
export type ApplicationRunner = (work: (application: Application) => Promise<void>) => Promise<void>;
