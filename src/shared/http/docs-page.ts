import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Where the page is served, with the path that its files have from there. */
const PAGES: Readonly<Record<string, string>> = {
  '/docs': './docs/',
  '/docs/': './',
  '/docs/index.html': './',
};

/** Without a script or a style in it, so that its content security policy need not allow any. */
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

/**
 * Has the page of `@nestjs/swagger`, which has inline styles, answered by one that has none; its scripts and styles
 * are the same. To be called before that page is set up.
 */
export function servePageWithoutInlineStyles(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const files = PAGES[route.url];
    if (files === undefined) return;
    route.handler = (_request: FastifyRequest, reply: FastifyReply) =>
      reply.type('text/html; charset=utf-8').send(page(files));
  });
}
