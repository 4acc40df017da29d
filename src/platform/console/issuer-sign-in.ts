import * as oauth from 'oauth4webapi';
import { isSecureTransport } from '../config/loopback.js';
import type { Oidc } from '../config/setting-parsers.js';
import { errorMessage } from '../../kernel/lifecycle/error-message.js';

/** How long the configuration of the issuer is used before it is fetched again. */
const KEPT_FOR_MS = 600_000;
/** After a failure the issuer is not asked for this long, so that strangers cannot make us flood it. */
const PAUSE_MS = 1_000;
const REQUEST_LIMIT_MS = 3_000;
/** Codes that are exchanged at once, for the same reason. */
const MOST_AT_ONCE = 20;

/** Why a sign-in failed, as the console shows it. */
export type SignInFailure =
  | 'not-set-up'
  /** It took too long, or another sign-in began in this browser. */
  | 'expired'
  /** The issuer has refused the person or the client. */
  | 'denied'
  | 'issuer-unavailable'
  /** The issuer's token is not one that calls may be made with. */
  | 'token-rejected'
  | 'token-too-long';

export class SignInFailed extends Error {
  override readonly name = 'SignInFailed';

  /** @param reason for the log, without any part of a code or token */
  constructor(
    readonly code: SignInFailure,
    reason: string,
  ) {
    super(reason);
  }
}

/** A sign-in that has begun. */
export interface SignInAttempt {
  /** The page of the issuer to go to. */
  readonly location: string;
  /** What the browser has to keep until it comes back. */
  readonly secrets: string;
}

/**
 * Signs people in at the issuer of tokens by the authorization code flow with PKCE, as a public client (RFC 9700, 2.1.1). It
 * needs their access token only.
 */
export class IssuerSignIn {
  readonly #client: oauth.Client;
  readonly #insecure: boolean;
  #server: { readonly found: Promise<oauth.AuthorizationServer>; readonly until: number } | null = null;
  #exchanging = 0;

  constructor(
    private readonly oidc: Oidc,
    private readonly signIn: NonNullable<Oidc['signIn']>,
  ) {
    this.#client = { client_id: signIn.clientId };
    // The setting allows http on this machine only.
    this.#insecure = oidc.issuer.startsWith('http:');
  }

  /** @throws {SignInFailed} */
  async begin(redirectUri: string): Promise<SignInAttempt> {
    const server = await this.#discover();
    const state = oauth.generateRandomState();
    const verifier = oauth.generateRandomCodeVerifier();
    const nonce = needsNonce(server) ? oauth.generateRandomNonce() : null;
    const location = new URL(server.authorization_endpoint!);
    const parameters = {
      response_type: 'code',
      client_id: this.signIn.clientId,
      redirect_uri: redirectUri,
      scope: this.signIn.scope,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(nonce !== null && { nonce }),
      // Some issuers know the audience by this name. RFC 6749, 3.1: the others ignore it.
      audience: this.oidc.audience,
      ...this.#resource(),
    };
    for (const [name, value] of Object.entries(parameters)) location.searchParams.set(name, value);
    return { location: location.href, secrets: [state, verifier, ...(nonce ? [nonce] : [])].join('.') };
  }

  /**
   * @param answer the query with which the browser comes back
   * @param secrets of the attempt; undefined if the browser has none
   * @returns the access token, which is not checked yet
   * @throws {SignInFailed}
   */
  async finish(answer: URLSearchParams, secrets: string | undefined, redirectUri: string): Promise<string> {
    const [state, verifier, nonce] = secrets?.split('.') ?? [];
    if (!state || !verifier)
      throw new SignInFailed('expired', 'the browser has no cookie of a sign-in that was started');
    if (this.#exchanging >= MOST_AT_ONCE)
      throw new SignInFailed('issuer-unavailable', 'too many sign-ins at once');
    this.#exchanging++;
    try {
      return await this.#exchange(answer, { state, verifier, nonce }, redirectUri);
    } finally {
      this.#exchanging--;
    }
  }

  async #exchange(
    answer: URLSearchParams,
    { state, verifier, nonce }: { state: string; verifier: string; nonce: string | undefined },
    redirectUri: string,
  ): Promise<string> {
    const server = await this.#discover();
    const parameters = validated(() => oauth.validateAuthResponse(server, this.#client, answer, state));
    const response = await oauth
      .authorizationCodeGrantRequest(server, this.#client, oauth.None(), parameters, redirectUri, verifier, {
        ...this.#requestOptions(),
        additionalParameters: this.#resource(),
      })
      .catch((error: unknown) => {
        throw new SignInFailed('issuer-unavailable', `no token endpoint: ${errorMessage(error)}`);
      });
    if (response.status >= 500)
      throw new SignInFailed('issuer-unavailable', `the token endpoint answered ${response.status}`);
    try {
      const expected = nonce === undefined ? {} : { expectedNonce: nonce };
      const tokens = await oauth.processAuthorizationCodeResponse(server, this.#client, response, expected);
      return tokens.access_token;
    } catch (error) {
      throw new SignInFailed('denied', `the code was not exchanged: ${codeOf(error)}`);
    }
  }

  /** RFC 8707: a resource is named by an absolute URI. Other audiences have no standard name in a request. */
  #resource(): Record<string, string> {
    return /^https?:\/\//.test(this.oidc.audience) ? { resource: this.oidc.audience } : {};
  }

  #requestOptions() {
    return {
      signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
      [oauth.allowInsecureRequests]: this.#insecure,
    };
  }

  #discover(): Promise<oauth.AuthorizationServer> {
    const now = performance.now();
    if (this.#server === null || now >= this.#server.until) {
      const found = this.#fetchConfiguration();
      this.#server = { found, until: now + KEPT_FOR_MS };
      found.catch(() => (this.#server = { found, until: performance.now() + PAUSE_MS }));
    }
    return this.#server.found;
  }

  async #fetchConfiguration(): Promise<oauth.AuthorizationServer> {
    const issuer = new URL(this.oidc.issuer);
    try {
      const response = await oauth.discoveryRequest(issuer, this.#requestOptions());
      const server = await oauth.processDiscoveryResponse(issuer, response);
      for (const endpoint of [server.authorization_endpoint, server.token_endpoint]) {
        if (endpoint === undefined || !URL.canParse(endpoint) || !isSecureTransport(new URL(endpoint)))
          throw new Error('its configuration has no authorization or token endpoint that begins with https:');
      }
      return server;
    } catch (error) {
      throw new SignInFailed('issuer-unavailable', `no configuration: ${errorMessage(error)}`);
    }
  }
}

/** RFC 9700, 2.1.1: an issuer that does not know PKCE ignores it, and the nonce takes its place. */
const needsNonce = ({ code_challenge_methods_supported: methods }: oauth.AuthorizationServer): boolean =>
  methods?.includes('S256') !== true;

function validated(validate: () => URLSearchParams): URLSearchParams {
  try {
    return validate();
  } catch (error) {
    const isRefusal = error instanceof oauth.AuthorizationResponseError;
    throw new SignInFailed(isRefusal ? 'denied' : 'expired', `the issuer's answer: ${codeOf(error)}`);
  }
}

/** What went wrong, in the words of the standards: the rest of an error may hold what was sent. */
function codeOf(error: unknown): string {
  const { error: refusal, code } = error as { error?: unknown; code?: unknown };
  for (const word of [refusal, code])
    if (typeof word === 'string' && /^[\w.-]{1,64}$/.test(word)) return word;
  return 'unknown';
}
