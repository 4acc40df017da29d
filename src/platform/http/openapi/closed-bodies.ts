import type { OpenAPIObject } from '@nestjs/swagger';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

const REFERENCE = '#/components/schemas/';

/** Says in the API document what holds for every body that is sent: a field that is not named is refused. */
export function disallowUnknownFields(document: OpenAPIObject): OpenAPIObject {
  const schemas: Schemas = { ...document.components?.schemas };
  for (const { put, post, patch } of Object.values(document.paths)) {
    for (const operation of [put, post, patch]) {
      for (const { schema } of contentsOf(operation?.requestBody)) {
        if (schema === undefined || !('$ref' in schema)) continue;
        const name = schema.$ref.slice(REFERENCE.length);
        schemas[name] = { ...schemas[name]!, additionalProperties: false };
      }
    }
  }
  return { ...document, components: { ...document.components, schemas } };
}

type RequestBody = NonNullable<OpenAPIObject['paths'][string]['post']>['requestBody'];

function contentsOf(body: RequestBody) {
  return body !== undefined && 'content' in body ? Object.values(body.content) : [];
}
