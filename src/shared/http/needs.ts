import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Scope } from '../access/scope.js';
import { extendRouteConfig } from './route-config.js';

/** What the API document calls the way in. */
export const KEY = 'key';

/** What the API document calls the scope of a call: of an HTTP scheme most tools know no scopes. */
export const SCOPE = 'x-scope';

/** The scope that whoever calls the route must have; a route without one stops the start. */
export const Needs = (scope: Scope): MethodDecorator =>
  applyDecorators(extendRouteConfig({ needs: scope }), ApiSecurity(KEY), ApiExtension(SCOPE, scope));
