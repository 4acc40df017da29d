import type { IncomingMessage } from 'node:http';

/** A host with user information is rejected: what stands before an `@` is there to deceive. */
const ABSOLUTE = /^https?:\/\/([^/?#@]+)((?:[/?#].*)?)$/i;

/**
 * The path of a request. RFC 9112, 3.2.2: if the target is a whole URL, such as proxies send, its host replaces the Host
 * header. A target that cannot be read becomes a path without a route.
 */
export function readTarget(request: Pick<IncomingMessage, 'url' | 'headers'>): string {
  const { url = '/', headers } = request;
  if (url.startsWith('/')) return url;
  const [, host, rest = ''] = ABSOLUTE.exec(url) ?? [];
  // The router would drop what looks like a scheme and a host.
  if (host === undefined) return url.startsWith('*') ? url : `/${url}`;
  headers.host = host;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
