import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Scope } from '../../access/callers/caller.js';
import { extendRouteConfig } from '../protocol/route-config.js';

/** What the API document calls the way in. */
export const API_KEY_SCHEME = 'key';

/** What the API document calls the scope of a call: of an HTTP scheme most tools know no scopes. */
export const SCOPE = 'x-scope';
/** What it calls the scopes that suffice as well. */
export const OTHER_SCOPES = 'x-other-scopes';

/** The scopes of which a caller of the route must have one; a route without any stops the start. */
export const RequiresScope = (scope: Scope, ...others: Scope[]): MethodDecorator =>
  applyDecorators(
    extendRouteConfig({ needs: [scope, ...others] }),
    ApiSecurity(API_KEY_SCHEME),
    ApiExtension(SCOPE, scope),
    ...(others.length > 0 ? [ApiExtension(OTHER_SCOPES, others)] : []),
  );
