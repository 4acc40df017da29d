import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiSecurity } from '@nestjs/swagger';
import type { Scope } from '../access/scope.js';

/** What the API document calls the way in. */
export const KEY = 'key';

/** The scope that whoever calls the route must have; a route without one stops the start. */
export const Needs = (scope: Scope): MethodDecorator =>
  applyDecorators(RouteConfig({ needs: scope }), ApiSecurity(KEY, [scope]));
