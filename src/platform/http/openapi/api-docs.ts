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
 * @param isClosed whether calls need a key at the moment
 */
export function setUpDocs(app: NestFastifyApplication, isClosed: () => boolean): void {
  const fastify = app.getHttpAdapter().getInstance();
  let made: OpenAPIObject | null = null;
  const document = () => (made ??= apiDocument(app));
  const ofClosedService = answersOf(document);
  const ofOpenService = answersOf(() => withoutNeedOfKey(document()));
  const answers = () => (isClosed() ? ofClosedService : ofOpenService);
  fastify.get('/openapi.json', STORED_ROUTE, (request, reply) => answers().json.send(request, reply));
  serveDocsPage(fastify, () => answers().script);
}

function answersOf(document: () => OpenAPIObject) {
  return {
    json: new StoredAnswer('application/json; charset=utf-8', () => JSON.stringify(document())),
    script: pageScript(document),
  };
}

const KEY_DESCRIPTION = `A key as \`keys create\` shows it, sent as \`Authorization: Bearer earmark_…\`, or where the
service has an issuer of tokens, a JWT of that one for the audience of the service, sent likewise, with its scopes in
\`scope\` or \`scp\`. A call names the scope that it needs as \`x-scope\`, and no scope includes another. As long as no key was ever
created, and there is no issuer, the service is open to its own machine and to nobody else, and no call needs one.`;

const CODES_IN_PATHS = `References, SKUs and orders are percent-encoded in paths. \`.\` and \`..\` are codes like others,
and stand in lists as such, but cannot be addressed by most clients: browsers, \`fetch\` and \`curl\` take them for steps
in the path, also when they are encoded as \`%2e\`. \`curl --path-as-is\` does not. Do not give such codes.`;

const RATE_LIMITS = `If the service limits calls (\`RATE_LIMIT\`), every answer to a call that needs a scope carries
\`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\`.`;

const PROBLEMS = `Every refusal is a problem document (RFC 9457). Each call lists those that it can be refused with;
what can befall any request stands under \`default\`.`;

function apiDocument(app: NestFastifyApplication): OpenAPIObject {
  const { description, license, version } = packageJson();
  const product = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Earmark')
    .setDescription([description, CODES_IN_PATHS, PROBLEMS, RATE_LIMITS].join('\n\n'))
    .setVersion(version)
    .addServer('/', 'The service that answers with this document')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: KEY_DESCRIPTION }, API_KEY_SCHEME)
    .build();
  const operationIdFactory = (controller: string, method: string) =>
    `${controller.replace(/Controller$/, '')}_${method}`;
  const document = SwaggerModule.createDocument(app, product, { operationIdFactory });
  const terms = publisher(license);
  const info = { ...document.info, ...terms, license: { ...terms.license, identifier: license } };
  const described = withEventTypes(
    { ...withEverySecurity(document), info, tags: tagsIn(document) },
    app.get<EventSchemas>(EVENT_SCHEMAS, { strict: false }),
  );
  return withProblems(disallowUnknownFields(described));
}

type Operations = Record<string, { security?: object[] } | undefined>;

/** Says of a call that needs no key that it needs none. */
function withEverySecurity(document: OpenAPIObject): OpenAPIObject {
  return eachSecurity(document, (security) => security ?? []);
}

/** The document of a service that asks nobody who they are: a key may be sent, and need not. */
function withoutNeedOfKey(document: OpenAPIObject): OpenAPIObject {
  return eachSecurity(document, (security = []) => (security.length > 0 ? [{}, ...security] : []));
}

function eachSecurity(
  document: OpenAPIObject,
  to: (security: object[] | undefined) => object[],
): OpenAPIObject {
  const paths = Object.entries(document.paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations as Operations).map(([method, operation]) => [
        method,
        { ...operation, security: to(operation?.security) },
      ]),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(paths) as OpenAPIObject['paths'] };
}

/** Who publishes a document, and on which terms. */
export const publisher = (license: string) => ({
  contact: { name: 'Earmark' },
  license: { name: license },
});

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

const REFERENCE = '#/components/schemas/';

/** Says in the API document what holds for every body that is sent: a field that is not named is refused. */
function disallowUnknownFields(document: OpenAPIObject): OpenAPIObject {
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
