import { EarmarkConnectionError, type InfoBody } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { apiQuery, queryClient } from './api-query.js';
import { earmark } from './earmark.js';

/** What the service says of this browser's sign-in. */
export interface Session {
  /** Whether calls need a key or a token at all. */
  readonly isSecured: boolean;
  readonly signedIn: boolean;
  /** Whether people can sign in with the issuer of tokens. */
  readonly canUseIssuer: boolean;
}

/** @throws an error whose message is for the person at the page */
async function askForSession(method: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch('/console/session', { method, ...init }).catch((error: unknown) => {
    init.signal?.throwIfAborted();
    throw new EarmarkConnectionError(`${method} /console/session`, 1, error);
  });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  throw new Error(problem.detail ?? `The service answers ${response.status}.`);
}

/** Ends with the work of `holdSession`. */
let held: Promise<unknown> = Promise.resolve();

export const sessionQuery = apiQuery(
  'session',
  {},
  async (signal) => {
    await held;
    const response = await askForSession('GET', { signal });
    return { data: (await response.json()) as Session };
  },
  { isLive: false },
);

export const infoQuery = apiQuery<InfoBody>('info', {}, (signal) => earmark.info.info({ signal }), {
  isLive: false,
  everyMs: 60_000,
});

/** Does the work, and asks only after it whether this browser is signed in: what it has shown until then stays. */
export async function holdSession<Result>(work: () => Promise<Result>): Promise<Result> {
  await queryClient.cancelQueries({ queryKey: sessionQuery.queryKey });
  const result = work();
  held = result.catch(() => undefined);
  return result;
}

/** @throws an error whose message is for the person who signs in */
export async function signIn(key: string): Promise<void> {
  await askForSession('POST', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  });
}

/** @throws an error whose message is for the person who signs out: they are signed in still */
export async function signOut(): Promise<void> {
  await askForSession('DELETE');
  queryClient.clear();
  window.location.assign('/console/');
}

/** Whether the caller has the scope. What it does not allow is not offered. */
export function useAllows(): (scope: string) => boolean {
  const { data } = useQuery(infoQuery);
  const scopes = data?.caller.scopes ?? [];
  return (scope) => scopes.includes(scope);
}
