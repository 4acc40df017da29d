import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { asyncApi } from './async-api.js';
import { REGISTRY } from './brokers.js';
import type { Registry } from './channel.js';

/** What travels over the brokers, for those who read and write it. */
@ApiExcludeController()
@Controller('asyncapi.json')
export class AsyncApiController {
  constructor(@Inject(REGISTRY) private readonly registry: Registry) {}

  @Get()
  document(): object {
    return asyncApi(this.registry);
  }
}
