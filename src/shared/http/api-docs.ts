import { existsSync, readFileSync } from 'node:fs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { withClosedBodies } from './api-bodies.js';
import { withProblems } from './api-problems.js';
import { serveDocsPage } from './docs-page.js';
import { KEY } from './needs.js';
import { StoredAnswer } from './stored-answer.js';

/** Serves `GET /openapi.json` and `GET /docs`. */
export function setUpDocs(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  let made: OpenAPIObject | null = null;
  const document = () => (made ??= apiDocument(app));
  const json = new StoredAnswer('application/json; charset=utf-8', () => JSON.stringify(document()));
  fastify.get('/openapi.json', (request, reply) => json.send(request, reply));
  serveDocsPage(fastify, document);
}

const KEY_DESCRIPTION = `A key as \`keys create\` shows it, sent as \`Authorization: Bearer earmark_…\`, or where the
service has an issuer of tokens, a JWT of that one for the audience of the service, sent likewise, with its scopes in
\`scope\` or \`scp\`. A call names the scope that it needs, and no scope includes another. As long as no key was ever
created, and there is no issuer, the service is open to its own machine and to nobody else, and no call needs one.`;

const CODES_IN_PATHS = `References, SKUs and orders are percent-encoded in paths. \`.\` and \`..\` are codes like others,
and stand in lists as such, but cannot be addressed by most clients: browsers, \`fetch\` and \`curl\` take them for steps
in the path, also when they are encoded as \`%2e\`. \`curl --path-as-is\` does not. Do not give such codes.`;

function apiDocument(app: NestFastifyApplication): OpenAPIObject {
  const { description, version } = packageJson();
  const product = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Earmark')
    .setDescription(`${description}\n\n${CODES_IN_PATHS}`)
    .setVersion(version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: KEY_DESCRIPTION }, KEY)
    .build();
  const operationIdFactory = (controller: string, method: string) =>
    `${controller.replace(/Controller$/, '')}_${method}`;
  const document = SwaggerModule.createDocument(app, product, { operationIdFactory });
  return withProblems(withClosedBodies(document));
}

/** What `package.json` says of the product. */
export function packageJson(): { description: string; version: string } {
  // Compiled code stands a folder deeper than its source.
  const file = ['../../../', '../../../../']
    .map((root) => new URL(`${root}package.json`, import.meta.url))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error('package.json is missing');
  return JSON.parse(readFileSync(file, 'utf8')) as { description: string; version: string };
}
