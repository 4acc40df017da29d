import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { extendRouteConfig } from '../../http/protocol/route-config.js';
import { STORED_ROUTE, StoredAnswer } from '../../http/protocol/stored-answer.js';
import { EVENT_SCHEMAS, type EventSchemas } from '../../schemas/event-schemas.js';
import { asyncApi } from './async-api.js';
import { REGISTRY, type Registry } from '../channels/channel.js';

/** What travels over the brokers, for those who read and write it. */
@ApiExcludeController()
@Controller('asyncapi.json')
export class AsyncApiController {
  readonly #document: StoredAnswer;

  constructor(@Inject(REGISTRY) registry: Registry, @Inject(EVENT_SCHEMAS) events: EventSchemas) {
    this.#document = new StoredAnswer('application/json; charset=utf-8', () =>
      JSON.stringify(asyncApi(registry, events)),
    );
  }

  @Get()
  @extendRouteConfig(STORED_ROUTE.config)
  document(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#document.send(request, reply);
  }
}
