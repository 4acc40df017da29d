import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { EVENT_SCHEMAS, withEventTypes, type EventSchemas } from '../../schemas/event-schemas.js';
import { withProblems } from './api-problems.js';
import { pageScript, serveDocsPage } from './docs-page.js';
import { API_KEY_SCHEME } from './requires-scope.js';
import { STORED_ROUTE, StoredAnswer } from '../protocol/stored-answer.js';
import { tagsIn } from './api-tag.js';
import { packageJson } from '../../config/package-json.js';

/**
 * Serves `GET /openapi.json` and `GET /docs`.
 * @param isClosed whether access control is on at the moment
 * @returns the document, which is made when it is asked for first
 */
export function setUpDocs(app: NestFastifyApplication, isClosed: () => boolean): () => OpenAPIObject {
  const fastify = app.getHttpAdapter().getInstance();
  let made: OpenAPIObject | null = null;
  const document = () => (made ??= apiDocument(app));
  const ofClosedService = answersOf(document);
  // While access control is off, a key is optional.
  const ofOpenService = answersOf(() =>
    eachSecurity(document(), (security) => (security.length > 0 ? [{}, ...security] : [])),
  );
  const answers = () => (isClosed() ? ofClosedService : ofOpenService);
  fastify.get('/openapi.json', STORED_ROUTE, (request, reply) => answers().json.send(request, reply));
  serveDocsPage(fastify, () => answers().script);
  return document;
}

function answersOf(document: () => OpenAPIObject) {
  return {
    json: new StoredAnswer('application/json; charset=utf-8', () => JSON.stringify(document())),
    script: pageScript(document),
  };
}

const KEY_DESCRIPTION = `An API key as \`keys create\` prints it, sent as \`Authorization: Bearer earmark_…\`. If the
service trusts an issuer of tokens, also a JWT of that issuer for the service's audience, with its scopes in \`scope\` or
\`scp\`. Each call names the scope that it needs as \`x-scope\`; no scope includes another. Until a key is created or an
issuer is set, the service accepts calls from its own machine only, and they need no key.`;

const CODES_IN_PATHS = `Percent-encode references, SKUs and order ids in paths. Do not use \`.\` or \`..\` as codes: they are
valid, but browsers, \`fetch\` and \`curl\` (without \`--path-as-is\`) take them for steps in the path, even encoded as
\`%2e\`.`;

const RATE_LIMITS = `If the service limits calls (\`RATE_LIMIT\`), the answer to every call that needs a scope has
\`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\`.`;

const PROBLEMS = `Every error is a problem document (RFC 9457). Each call lists its own; \`default\` has those that any
request may get. \`help\` is the path of a page that says what the problem means, what to do, and whether the request may be
repeated: [all problems](/problems).`;

function apiDocument(app: NestFastifyApplication): OpenAPIObject {
  const { description, license, version } = packageJson();
  const product = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Earmark')
    .setDescription([description, CODES_IN_PATHS, PROBLEMS, RATE_LIMITS].join('\n\n'))
    .setVersion(version)
    .addServer('/', 'The service that serves this document')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: KEY_DESCRIPTION }, API_KEY_SCHEME)
    .build();
  const operationIdFactory = (controller: string, method: string) =>
    `${controller.replace(/Controller$/, '')}_${method}`;
  const document = SwaggerModule.createDocument(app, product, { operationIdFactory });
  const terms = publisher(license);
  const info = { ...document.info, ...terms, license: { ...terms.license, identifier: license } };
  const described = withEventTypes(
    { ...eachSecurity(document, (security) => security), info, tags: tagsIn(document) },
    app.get<EventSchemas>(EVENT_SCHEMAS, { strict: false }),
  );
  return withProblems(disallowUnknownFields(described));
}

type Operations = Record<string, { security?: object[] } | undefined>;

/** Writes what each call needs, also that it needs nothing. */
function eachSecurity(document: OpenAPIObject, to: (security: object[]) => object[]): OpenAPIObject {
  const paths = Object.entries(document.paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations as Operations).map(([method, operation]) => [
        method,
        { ...operation, security: to(operation?.security ?? []) },
      ]),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(paths) as OpenAPIObject['paths'] };
}

export const publisher = (license: string) => ({
  contact: { name: 'Earmark' },
  license: { name: license },
});

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type SchemaObject = Exclude<Schemas[string], { $ref: string }>;

/** Text whose lines have a schema. */
interface Rows {
  readonly contentSchema?: SchemaObject | { $ref: string };
}

const REFERENCE = '#/components/schemas/';

/** Request bodies, and the objects in them, may not have other fields than the document names. */
function disallowUnknownFields(document: OpenAPIObject): OpenAPIObject {
  const schemas: Schemas = { ...document.components?.schemas };
  for (const { put, post, patch } of Object.values(document.paths)) {
    for (const operation of [put, post, patch]) {
      for (const { schema } of contentsOf(operation?.requestBody)) close(schemas, schema);
    }
  }
  return { ...document, components: { ...document.components, schemas } };
}

/** Closes the named schemas that are part of this one. */
function close(schemas: Schemas, schema: SchemaObject | { $ref: string } | undefined): void {
  if (schema === undefined) return;
  if (!('$ref' in schema)) {
    const { properties = {}, items, allOf = [], contentSchema } = schema as SchemaObject & Rows;
    for (const part of [...Object.values(properties), ...allOf, items, contentSchema]) close(schemas, part);
    return;
  }
  const name = schema.$ref.slice(REFERENCE.length);
  const named = schemas[name] as SchemaObject;
  if (named.additionalProperties !== undefined) return;
  schemas[name] = { ...named, additionalProperties: false };
  close(schemas, named);
}

type RequestBody = NonNullable<OpenAPIObject['paths'][string]['post']>['requestBody'];

function contentsOf(body: RequestBody) {
  return body !== undefined && 'content' in body ? Object.values(body.content) : [];
}
