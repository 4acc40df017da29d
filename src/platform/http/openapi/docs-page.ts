import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { STORED_ROUTE, StoredAnswer } from '../protocol/stored-answer.js';

/** The paths of the page, and where its files are from there. */
const PAGES: Readonly<Record<string, string>> = {
  '/docs': './docs/',
  '/docs/': './',
  '/docs/index.html': './',
};

const FOLDER = import.meta.resolve('swagger-ui-dist/package.json');

/** The files of `swagger-ui-dist` that the page loads. */
const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'index.css': 'text/css; charset=utf-8',
  'favicon-16x16.png': 'image/png',
  'favicon-32x32.png': 'image/png',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui-standalone-preset.js': 'text/javascript; charset=utf-8',
};

/** Without inline scripts or styles, so that its content security policy need not allow any. */
const page = (files: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Earmark: the API</title>
    <link rel="stylesheet" href="${files}swagger-ui.css">
    <link rel="stylesheet" href="${files}index.css">
    <link rel="icon" type="image/png" href="${files}favicon-32x32.png" sizes="32x32">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="${files}swagger-ui-bundle.js"></script>
    <script src="${files}swagger-ui-standalone-preset.js"></script>
    <script src="${files}swagger-ui-init.js"></script>
  </body>
</html>
`;

/** `validatorUrl: null` keeps the page from sending the document to validator.swagger.io. */
const script = (document: object): string => `window.onload = function() {
  window.ui = SwaggerUIBundle({
    spec: ${JSON.stringify(document)},
    dom_id: '#swagger-ui',
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    layout: 'BaseLayout',
    validatorUrl: null,
    displayRequestDuration: true,
  });
};
`;

/**
 * Serves a page to call the API from, which loads nothing from elsewhere. Each file is read once and kept in memory.
 * @param current the script with the document as it is at the moment
 */
export function serveDocsPage(fastify: FastifyInstance, current: () => StoredAnswer): void {
  const serve = (url: string, answer: StoredAnswer) =>
    fastify.get(url, STORED_ROUTE, (request, reply) => answer.send(request, reply));

  for (const [url, files] of Object.entries(PAGES))
    serve(url, new StoredAnswer('text/html; charset=utf-8', () => page(files)));
  fastify.get('/docs/swagger-ui-init.js', STORED_ROUTE, (request, reply) => current().send(request, reply));
  for (const [name, type] of Object.entries(FILES))
    serve(`/docs/${name}`, new StoredAnswer(type, () => readFile(new URL(name, FOLDER))));
}

export const pageScript = (document: () => object) =>
  new StoredAnswer(FILES['swagger-ui-bundle.js']!, () => script(document()));
