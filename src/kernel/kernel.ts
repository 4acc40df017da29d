import { EventLogModule } from './event-log/event-log.module.js';
import { IntegrityModule } from './integrity/integrity.module.js';
import { LifecycleModule } from './lifecycle/lifecycle.module.js';
import type { ProcessContext } from './lifecycle/process-context.js';
import { PostgresModule } from './postgres/postgres.module.js';
import { SubscriptionsModule } from './subscriptions/subscriptions.module.js';
import { UnitOfWorkModule } from './unit-of-work/unit-of-work.module.js';

export interface KernelOptions {
  readonly databaseUrl: string;
  readonly statementMs: number;
  readonly databaseReplicaUrls: readonly string[];
  readonly context: ProcessContext;
  /** IANA name of the time zone that decides which day it is. */
  readonly timeZone: string;
}

/**
 * Builds the modules of the kernel, one set for each application. Nest knows a module with options by its object: a module
 * that imports one of these shares it with all others that do. What a module imports is stopped after it: the readers of
 * subscriptions, then the changes that wait in the unit of work, then the connections to the database.
 */
export function kernelModules(options: KernelOptions) {
  const lifecycle = LifecycleModule.forRoot(options.context, options.timeZone);
  const postgres = PostgresModule.forRoot(
    options.databaseUrl,
    options.statementMs,
    options.databaseReplicaUrls,
  );
  const eventLog = EventLogModule.forRoot(lifecycle, postgres);
  const unitOfWork = UnitOfWorkModule.forRoot(lifecycle, postgres, eventLog);
  const subscriptions = SubscriptionsModule.forRoot(lifecycle, postgres, eventLog, unitOfWork);
  const integrity = IntegrityModule.forRoot(postgres);
  return { lifecycle, postgres, eventLog, unitOfWork, subscriptions, integrity };
}

/** The modules of the kernel. */
export type Kernel = Readonly<ReturnType<typeof kernelModules>>;
