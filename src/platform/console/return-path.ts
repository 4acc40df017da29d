/** Under this are the pages of the console. */
const CONSOLE = '/console/';
/** No page, but routes that begin and end a sign-in. */
const SIGN_IN = `${CONSOLE}sign-in`;

/** A longer path does not fit into the cookie that keeps it beside the secrets of the sign-in. */
const MOST_CHARACTERS = 2_000;

/**
 * The page of the console to return to after a sign-in, relative to `/console/`; empty, which is the start page, unless it is
 * one of the console. Anybody can write the parameter, and a subdomain can write the cookie. A redirect to `../` and this path
 * stays at this host: it is relative, and dot segments were resolved (RFC 9700, 4.11: no open redirectors).
 * @param wanted a path that begins with `/console/`, with its query
 */
export function returnPath(wanted: string | null): string {
  if (!wanted?.startsWith(CONSOLE)) return '';
  const { pathname, search } = new URL(wanted, 'http://localhost');
  if (!pathname.startsWith(CONSOLE) || pathname.startsWith(SIGN_IN)) return '';
  const path = pathname.slice(CONSOLE.length) + search;
  return path.length <= MOST_CHARACTERS ? path : '';
}
