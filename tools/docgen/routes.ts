import type { OpenAPIObject } from '@nestjs/swagger';
import type { Service } from './service.js';

export interface Route {
  /** `GET /v1/batches/{reference}` */
  readonly call: string;
  /** The scope that its callers need; undefined where none is needed. */
  readonly scope: string | undefined;
  readonly summary: string;
  /** The class and the method that answer. */
  readonly controller: string;
  readonly method: string;
  /** The class of the Nest module that it belongs to. */
  readonly module: string | undefined;
}

/** Every route, as the API document has them. */
export function routesOf({ openApi, moduleOf }: Pick<Service, 'openApi' | 'moduleOf'>): Route[] {
  return Object.entries(openApi.paths).flatMap(([path, { get, post, put, patch, delete: remove }]) =>
    Object.entries({ GET: get, POST: post, PUT: put, PATCH: patch, DELETE: remove }).flatMap(
      ([verb, operation]) =>
        operation === undefined ? [] : [routeOf(`${verb} ${path}`, operation, moduleOf)],
    ),
  );
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

function routeOf(call: string, operation: Operation, moduleOf: Service['moduleOf']): Route {
  const {
    operationId = '',
    summary = '',
    'x-scope': scope,
  } = operation as Operation & { 'x-scope'?: string };
  const [name = '', method = ''] = operationId.split('_');
  const controller = `${name}Controller`;
  return { call, scope, summary, controller, method, module: moduleOf.get(controller) };
}
