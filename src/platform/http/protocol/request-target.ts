import type { IncomingMessage } from 'node:http';

/** A host that is named by more than its address and port is none: what stands before an `@` is there to deceive. */
const ABSOLUTE = /^https?:\/\/([^/?#@]+)((?:[/?#].*)?)$/i;

/**
 * What a request asks for, as a path. RFC 9112, 3.2.2: where the target is a whole URL, such as proxies send, its host
 * stands in the place of the Host header, whatever that says. What cannot be read is a path that nobody answers.
 */
export function readTarget(request: Pick<IncomingMessage, 'url' | 'headers'>): string {
  const { url = '/', headers } = request;
  // As nearly every request has it.
  if (url.startsWith('/')) return url;
  const [, host, rest = ''] = ABSOLUTE.exec(url) ?? [];
  // The router would leave out of it whatever looks like a scheme and a host.
  if (host === undefined) return url.startsWith('*') ? url : `/${url}`;
  headers.host = host;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
