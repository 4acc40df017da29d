/** RFC 6750, 2.1: the scheme in any case, one space or more, then the token; nothing behind it. */
const BEARER = /^Bearer +([\w\-.~+/]+=*)$/i;

/** The token of an `Authorization` header; null where there is none. */
export function bearerToken(authorization: string | undefined): string | null {
  return BEARER.exec(authorization ?? '')?.[1] ?? null;
}
