import type { FastifyInstance } from 'fastify';
import type { Authenticator } from '../access/authenticator.js';
import type { FailedAuthLimiter } from '../access/failed-auth-limiter.js';
import { packageRoot } from '../config/package-json.js';
import type { Oidc } from '../config/setting-parsers.js';
import { frameworkProblem, Problem } from '../http/problems/problem.js';
import { prefers } from '../http/protocol/prefers.js';
import { STORED_ROUTE } from '../http/protocol/stored-answer.js';
import { type ConsoleFiles, readConsole } from './console-files.js';
import { IssuerSignIn } from './issuer-sign-in.js';
import { serveSession } from './session-routes.js';
import { serveSignIn } from './sign-in-routes.js';

export interface ConsoleOptions {
  /** null: people can sign in with a key only. */
  readonly oidc: Oidc | null;
  /** Where the build of the console is. It ends in a slash. */
  readonly folder?: URL;
}

/** Their names hold a hash of their content. */
const ASSETS = 'assets/';
const FOR_EVER = 'public, max-age=31536000, immutable';

/** RFC 3986, 5.2.4: clients resolve these themselves, unless they look for files that are not for them. */
const DOT_SEGMENT = /(?:^|[/\\])\.\.?(?:[/\\]|$)/;

const NOT_BUILT = new Problem(
  404,
  'not-found',
  'The console was not built: run `npm run build:console` where the service is installed. The API works without it.',
);

/**
 * Serves the web console at `/console/`, its session, and the sign-in with the issuer of tokens. Must be called after
 * `requireScopes`.
 */
export function serveConsole(
  fastify: FastifyInstance,
  authenticator: Authenticator,
  failedAuth: FailedAuthLimiter,
  { oidc, folder = new URL('dist/console/', packageRoot()) }: ConsoleOptions,
): void {
  const signIn = oidc?.signIn ? new IssuerSignIn(oidc, oidc.signIn) : null;
  serveFiles(fastify, folder);
  serveSession(fastify, authenticator, failedAuth, signIn !== null);
  serveSignIn(fastify, authenticator, failedAuth, signIn);
}

function serveFiles(fastify: FastifyInstance, folder: URL): void {
  const files = filesOnce(folder);
  fastify.get('/', (request, reply) => {
    if (!prefers('text/html', request.headers.accept)) throw frameworkProblem(404);
    return reply.header('vary', 'accept').redirect('console/', 302);
  });
  // Relative, since a proxy may serve it under another path.
  fastify.get('/console', (_request, reply) => reply.redirect('console/', 308));
  fastify.get<{ Params: { '*': string } }>('/console/*', STORED_ROUTE, async (request, reply) => {
    const path = request.params['*'];
    const known = await files();
    const isAsset = path.startsWith(ASSETS);
    // The router of the console is in the browser: it knows the other paths.
    const page = isAsset || DOT_SEGMENT.test(path) ? undefined : known.get('index.html');
    const answer = known.get(path) ?? page;
    if (!answer) throw frameworkProblem(404);
    return answer.send(request, reply.header('cache-control', isAsset ? FOR_EVER : 'no-cache'));
  });
}

/** Reads the files at the first call, and again only after it could not. */
function filesOnce(folder: URL): () => Promise<ConsoleFiles> {
  let reading: Promise<ConsoleFiles> | null = null;
  const read = async (): Promise<ConsoleFiles> => {
    const files = await readConsole(folder);
    if (files === null) throw NOT_BUILT;
    return files;
  };
  return () =>
    (reading ??= read().catch((error: unknown) => {
      reading = null;
      throw error;
    }));
}
