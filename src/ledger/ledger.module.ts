import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Kernel } from '../kernel/kernel.js';
import { CheckIfDueHandler } from './commands/check-if-due.js';
import { IntegrityController } from './http/integrity.controller.js';
import { MovementsController } from './http/movements.controller.js';
import { LastCheck } from './persistence/last-check.js';
import { CheckIntegrityHandler } from './queries/check-integrity.js';
import { ListMovementsHandler } from './queries/list-movements.js';
import { LogAccount, MovementsAccount } from './queries/movements-account.js';
import { IntegrityJob } from './reactions/integrity-job.js';
import { Movements } from './read-models/movements.js';
import { LEDGER_SETTINGS, type LedgerSettings } from './settings/ledger-settings.js';
import { IntegrityMetrics } from './telemetry/integrity-metrics.js';

/**
 * Why a batch has the units that it has. It keeps every change of a batch's figures as the log tells it: they add up to what
 * the batch has, at every position of the log (rule 17). It also checks that they do.
 */
@Module({
  controllers: [MovementsController, IntegrityController],
  providers: [
    Movements,
    ListMovementsHandler,
    LogAccount,
    MovementsAccount,
    CheckIntegrityHandler,
    CheckIfDueHandler,
    LastCheck,
    IntegrityJob,
    IntegrityMetrics,
  ],
})
export class LedgerModule {
  static forRoot(
    { lifecycle, postgres, subscriptions, integrity }: Kernel,
    settings: LedgerSettings,
  ): DynamicModule {
    return {
      module: LedgerModule,
      imports: [CqrsModule, lifecycle, postgres, subscriptions, integrity],
      providers: [{ provide: LEDGER_SETTINGS, useValue: settings }],
    };
  }
}
