import { Body, Controller, Delete, Get, HttpCode, Module, Post, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '../../../src/platform/access/authenticator.js';
import { DEFAULT_LIMITS } from '../../../src/platform/config/limit-settings.js';
import type { ConsoleOptions } from '../../../src/platform/console/serve-console.js';
import { EVENT_SCHEMAS } from '../../../src/platform/schemas/event-schemas.js';
import { createHttpApp } from '../../../src/platform/server/http-app.js';
import { RequiresScope } from '../../../src/platform/http/openapi/requires-scope.js';

/** A made-up feature that some may read and some may change; its health is for everybody. */
@Controller()
export class ProbeController {
  @Get('probe')
  @RequiresScope('read')
  list(): object {
    return {};
  }

  @Post('probe')
  @HttpCode(200)
  @RequiresScope('batches:write')
  open(@Body() body: object): object {
    return body;
  }

  @Delete('probe')
  @RequiresScope('batches:write')
  close(): object {
    return {};
  }

  @Get('health/probe')
  health(): object {
    return {};
  }
}

/** The edge before the controller alone, for those whom `access` knows; it does not listen yet. */
export async function openProbe(
  access: Authenticator,
  {
    controller = ProbeController,
    rateLimit = null,
    webConsole = null,
    failedTries = DEFAULT_LIMITS.failedTries,
    trustedProxies = DEFAULT_LIMITS.trustedProxies,
  }: {
    controller?: Type<unknown>;
    rateLimit?: number | null;
    webConsole?: ConsoleOptions | null;
    failedTries?: number | null;
    trustedProxies?: string[];
  } = {},
): Promise<NestFastifyApplication> {
  class ProbeModule {}
  const providers = [
    { provide: Authenticator, useValue: access },
    { provide: EVENT_SCHEMAS, useValue: {} },
  ];
  Module({ controllers: [controller], providers })(ProbeModule);
  const limits = { ...DEFAULT_LIMITS, failedTries, trustedProxies };
  const app = await createHttpApp(ProbeModule, { logger: false, rateLimit, webConsole, limits });
  return app.init();
}
