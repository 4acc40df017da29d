import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Authenticator } from '../access/authenticator.js';
import { actorOf, type Caller } from '../access/callers/caller.js';
import { packageJson } from '../config/package-json.js';
import { ApiTag } from '../http/openapi/api-tag.js';
import { RequiresCaller } from '../http/openapi/requires-scope.js';
import { Calling } from '../http/protocol/calling.js';
import { CONFIGURED_PARTS, InfoBody, type CallerBody, type ConfiguredParts } from './info.dto.js';

@ApiTag('operations', 'The service itself, for those who operate it.')
@Controller('v1/info')
export class InfoController {
  constructor(
    private readonly authenticator: Authenticator,
    @Inject(CONFIGURED_PARTS) private readonly parts: ConfiguredParts,
  ) {}

  @Get()
  @RequiresCaller()
  @ApiOperation({
    summary: 'Get the version of the service, the caller, and what is configured',
    description: 'Any key or token may make this call, whatever its scopes.',
  })
  @ApiOkResponse({ type: InfoBody, description: 'About the service and the caller' })
  info(@Calling() caller: Caller): InfoBody {
    const { kind, name } = actorOf(caller);
    const { scopes, expiresAt } = caller;
    return {
      version: packageJson().version,
      caller: {
        kind: kind as CallerBody['kind'],
        name,
        scopes,
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
      },
      features: { accessControl: this.authenticator.isEnabled, ...this.parts },
    };
  }
}
