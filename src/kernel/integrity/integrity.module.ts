import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Integrity } from './integrity.js';

/** Compares every class that is marked with `@IntegrityAccount()`, in whichever module it is. */
@Module({ providers: [Integrity], exports: [Integrity] })
export class IntegrityModule {
  /** @param postgres exports the data source */
  static forRoot(postgres: DynamicModule): DynamicModule {
    return { module: IntegrityModule, imports: [DiscoveryModule, postgres] };
  }
}
