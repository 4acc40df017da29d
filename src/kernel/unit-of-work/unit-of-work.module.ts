import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { UnitOfWork } from './unit-of-work.js';

/** Changes aggregates in transactions. */
@Module({ providers: [UnitOfWork], exports: [UnitOfWork] })
export class UnitOfWorkModule {
  /** @param imports the modules that export `Transactions`, `EventAppender` and `PROCESS_CONTEXT` */
  static forRoot(...imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return { module: UnitOfWorkModule, imports };
  }
}
