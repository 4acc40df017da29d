import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CompactSign, exportJWK, generateKeyPair, type CryptoKey, type JWK, type JWTPayload } from 'jose';

export const AUDIENCE = 'earmark';

interface Pair {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** What a token says where a test does not say otherwise: that it is good. */
interface Claims {
  readonly iss?: string;
  readonly aud?: string | string[] | null;
  readonly sub?: string | null;
  /** Seconds from now; words stand as they are. */
  readonly exp?: number | string | null;
  /** Seconds from now. */
  readonly nbf?: number;
  readonly [claim: string]: unknown;
}

/** What somebody was signed in for, until their code is exchanged. */
interface Grant {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly nonce: string | null;
}

type Reply = [status: number, body: string, headers?: Readonly<Record<string, string>>];

/** An OpenID provider on this machine that gives out a token for whatever is asked. */
export class TestIssuer {
  /** What it answers as its configuration, beside and instead of what is right. */
  configuration: Record<string, unknown> = {};
  /** What it answers instead of its keys. */
  instead: { readonly status: number; readonly body: string } | null = null;
  /** The claims of the token that a sign-in gives; a text is given as it is. */
  granted: Claims | string = { scope: 'read' };
  /** With which error it sends people back who want to sign in; null: none. */
  refusal: string | null = null;
  /** What it waits for before it sends people back. */
  peopleWaitFor: Promise<unknown> = Promise.resolve();
  /** What it answers instead of a token. */
  insteadOfToken: { readonly status: number; readonly body: string } | null = null;
  /** What it waits for before it answers the exchange of a code. */
  tokensWaitFor: Promise<unknown> = Promise.resolve();
  /** Whether it checks by PKCE who exchanges a code, and says so. */
  knowsPkce = true;
  /** The paths it was asked for, in order. */
  readonly asked: string[] = [];
  #server: Server;
  #port = 0;
  #pairs: Pair[] = [];
  readonly #grants = new Map<string, Grant>();

  private constructor() {
    this.#server = this.#newServer();
  }

  static async open(...algorithms: string[]): Promise<TestIssuer> {
    const issuer = new TestIssuer();
    await issuer.start();
    await issuer.rotate(...(algorithms.length > 0 ? algorithms : ['ES256']));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/realms/shop`;
  }

  get oidc(): { issuer: string; audience: string } {
    return { issuer: this.url, audience: AUDIENCE };
  }

  /** What anybody can know of its keys. */
  get publicKeys(): readonly JWK[] {
    return this.#pairs.map(({ jwk }) => jwk);
  }

  /** From now on it has new keys, one for each algorithm, and none of the old ones. */
  async rotate(...algorithms: string[]): Promise<void> {
    const wanted = algorithms.length > 0 ? algorithms : this.#pairs.map(({ alg }) => alg);
    this.#pairs = await Promise.all(wanted.map(newPair));
  }

  /** A good token but for what is said of it. null: the claim is left out. */
  async token(claims: Claims = {}, alg?: string, kid?: string): Promise<string> {
    const pair = this.#pairs.find((each) => alg === undefined || each.alg === alg)!;
    return new CompactSign(Buffer.from(JSON.stringify(this.claims(claims))))
      .setProtectedHeader({ alg: pair.alg, kid: kid ?? pair.kid })
      .sign(pair.privateKey);
  }

  claims({ exp = 300, nbf, ...claims }: Claims = {}): JWTPayload {
    const now = Math.floor(Date.now() / 1_000);
    const all = {
      iss: this.url,
      aud: AUDIENCE,
      sub: 'web-shop',
      exp: typeof exp === 'number' ? now + exp : exp,
      ...(nbf !== undefined && { nbf: now + nbf }),
      ...claims,
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  }

  /** Takes connections again, on the port that it had. */
  async start(): Promise<void> {
    this.#server = this.#newServer();
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #newServer(): Server {
    return createServer((request, response) => {
      this.asked.push(request.url ?? '');
      void this.#answer(request).then(([status, body, headers = {}]) =>
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body),
      );
    });
  }

  async #answer(request: IncomingMessage): Promise<Reply> {
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    switch (pathname.replace('/realms/shop', '')) {
      case '/.well-known/openid-configuration':
        return [200, JSON.stringify({ ...this.#configuration(), ...this.configuration })];
      case '/keys':
        if (this.instead) return [this.instead.status, this.instead.body];
        return [200, JSON.stringify({ keys: this.publicKeys })];
      case '/authorize':
        await this.peopleWaitFor;
        return this.#authorize(searchParams);
      case '/token':
        return this.#exchange(new URLSearchParams(await text(request)));
      default:
        return [404, '{}'];
    }
  }

  #configuration() {
    return {
      issuer: this.url,
      jwks_uri: `${this.url}/keys`,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      id_token_signing_alg_values_supported: this.#pairs.map(({ alg }) => alg),
      ...(this.knowsPkce && { code_challenge_methods_supported: ['S256'] }),
    };
  }

  /** Everybody is signed in already, and agrees. */
  #authorize(asked: URLSearchParams): Reply {
    const back = new URL(asked.get('redirect_uri') ?? '');
    back.searchParams.set('state', asked.get('state') ?? '');
    if (asked.get('response_type') !== 'code' || asked.get('code_challenge_method') !== 'S256')
      return [400, '{}'];
    if (this.refusal !== null) {
      back.searchParams.set('error', this.refusal);
      back.searchParams.set('error_description', 'No.');
    } else {
      const code = `code-${++made}`;
      back.searchParams.set('code', code);
      this.#grants.set(code, {
        clientId: asked.get('client_id') ?? '',
        redirectUri: asked.get('redirect_uri') ?? '',
        challenge: asked.get('code_challenge') ?? '',
        nonce: asked.get('nonce'),
      });
    }
    return [302, '', { location: back.href }];
  }

  /** RFC 6749, 4.1.3, and RFC 7636, 4.6: a code is good once, and for who has asked for it. */
  async #exchange(form: URLSearchParams): Promise<Reply> {
    await this.tokensWaitFor;
    if (this.insteadOfToken) return [this.insteadOfToken.status, this.insteadOfToken.body];
    const code = form.get('code') ?? '';
    const grant = this.#grants.get(code);
    this.#grants.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isGood =
      form.get('grant_type') === 'authorization_code' &&
      form.get('client_id') === grant?.clientId &&
      form.get('redirect_uri') === grant.redirectUri &&
      (!this.knowsPkce || challenge === grant.challenge);
    if (!isGood) return [400, JSON.stringify({ error: 'invalid_grant' })];
    const ofPerson = { aud: grant.clientId, iat: Math.floor(Date.now() / 1_000) };
    const tokens = {
      token_type: 'Bearer',
      expires_in: 300,
      access_token: typeof this.granted === 'string' ? this.granted : await this.token(this.granted),
      id_token: await this.token({ ...ofPerson, ...(grant.nonce !== null && { nonce: grant.nonce }) }),
    };
    return [200, JSON.stringify(tokens)];
  }
}

let made = 0;

async function newPair(alg: string): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = `key-${++made}`;
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}
