import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Kernel } from '../../kernel/kernel.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import type { Settings } from '../config/settings.js';
import { ApiKeyRefresher } from './api-key-refresher.js';
import { Authenticator } from './authenticator.js';
import type { Scope } from './callers/caller.js';
import { TokenVerifier } from './tokens/token-verifier.js';

/** Who calls, and what they may do: by API keys, and by tokens if an issuer is set. */
@Module({})
export class AccessModule {
  static forRoot(
    { lifecycle, postgres }: Kernel,
    { oidc, limits }: Pick<Settings, 'oidc' | 'limits'>,
    scopes: readonly Scope[],
  ): DynamicModule {
    const authenticator = new Authenticator(
      oidc && new TokenVerifier(oidc, scopes, limits.tokenHours),
      scopes,
    );
    return {
      module: AccessModule,
      imports: [lifecycle, postgres],
      providers: [
        { provide: Authenticator, useValue: authenticator },
        {
          provide: ApiKeyRefresher,
          useFactory: (dataSource: DataSource, context: ProcessContext) =>
            ApiKeyRefresher.start(dataSource, authenticator, context),
          inject: [DataSource, PROCESS_CONTEXT],
        },
      ],
      exports: [Authenticator],
    };
  }
}
