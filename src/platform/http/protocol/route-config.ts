import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyContextConfig } from 'fastify';

/** The metadata key of `RouteConfig`. */
const METADATA = '__fastify_route_config__';

/** Adds to the configuration of a route; `RouteConfig` alone would replace it. */
export const extendRouteConfig =
  (config: FastifyContextConfig): MethodDecorator =>
  (target, key, descriptor) => {
    const before = Reflect.getMetadata(METADATA, descriptor.value as object) as
      | FastifyContextConfig
      | undefined;
    RouteConfig({ ...before, ...config })(target, key, descriptor);
  };
