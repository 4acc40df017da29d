import { Module, type DynamicModule } from '@nestjs/common';
import type { Kernel } from '../../kernel/kernel.js';
import type { Scope } from '../access/callers/caller.js';
import { documentedScopes, KNOWN_SCOPES } from './key.dto.js';
import { KeysController } from './keys.controller.js';

/** API keys over HTTP. */
@Module({ controllers: [KeysController] })
export class KeysApiModule {
  static forRoot({ postgres }: Kernel, scopes: readonly Scope[]): DynamicModule {
    documentedScopes.splice(0, Infinity, ...scopes);
    return {
      module: KeysApiModule,
      imports: [postgres],
      providers: [{ provide: KNOWN_SCOPES, useValue: scopes }],
    };
  }
}
