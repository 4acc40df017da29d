import { existsSync, readFileSync } from 'node:fs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { withProblems } from './api-problems.js';
import { KEY } from './needs.js';

/** Serves `GET /openapi.json` and `GET /docs`, a page to call the API from; it loads nothing from elsewhere. */
export function setUpDocs(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => apiDocument(app), {
    raw: ['json'],
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Earmark: the API',
    // Without it the page asks validator.swagger.io what it thinks of the document.
    swaggerOptions: { validatorUrl: null, displayRequestDuration: true },
  });
}

const KEY_DESCRIPTION = `A key as \`keys create\` shows it, sent as \`Authorization: Bearer earmark_…\`. A call names the
scope that it needs, and no scope includes another. As long as no key was ever created the service is open to its own
machine and to nobody else, and no call needs one.`;

function apiDocument(app: NestFastifyApplication): OpenAPIObject {
  const { description, version } = packageJson();
  const product = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Earmark')
    .setDescription(description)
    .setVersion(version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: KEY_DESCRIPTION }, KEY)
    .build();
  const operationIdFactory = (controller: string, method: string) =>
    `${controller.replace(/Controller$/, '')}_${method}`;
  return withProblems(SwaggerModule.createDocument(app, product, { operationIdFactory }));
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
