import { Module, type DynamicModule } from '@nestjs/common';
import type { Kernel } from '../../kernel/kernel.js';
import { AuditController } from './audit.controller.js';

/** The audit log over HTTP. */
@Module({ controllers: [AuditController] })
export class AuditModule {
  static forRoot({ postgres }: Kernel): DynamicModule {
    return { module: AuditModule, imports: [postgres] };
  }
}
