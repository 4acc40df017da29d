import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Scope } from '../../access/callers/caller.js';
import { extendRouteConfig } from '../protocol/route-config.js';

export const API_KEY_SCHEME = 'key';

/** The extension that names the scope of a call: most tools know no scopes of an HTTP scheme. */
export const SCOPE = 'x-scope';
export const OTHER_SCOPES = 'x-other-scopes';

/** Callers of the route need one of these scopes. A route without any stops the start. */
export const RequiresScope = (scope: Scope, ...others: Scope[]): MethodDecorator =>
  applyDecorators(
    extendRouteConfig({ needs: [scope, ...others] }),
    ApiSecurity(API_KEY_SCHEME),
    ApiExtension(SCOPE, scope),
    ...(others.length > 0 ? [ApiExtension(OTHER_SCOPES, others)] : []),
  );

/** Any caller that is known may make the call, whatever its scopes are. */
export const RequiresCaller = (): MethodDecorator =>
  applyDecorators(extendRouteConfig({ needs: [] }), ApiSecurity(API_KEY_SCHEME));
