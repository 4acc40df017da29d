import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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

/** An OpenID provider on this machine that gives out a token for whatever is asked. */
export class TestIssuer {
  /** What it answers as its configuration, beside and instead of what is right. */
  configuration: Record<string, unknown> = {};
  /** What it answers instead of its keys. */
  instead: { readonly status: number; readonly body: string } | null = null;
  /** The paths it was asked for, in order. */
  readonly asked: string[] = [];
  #server: Server;
  #port = 0;
  #pairs: Pair[] = [];

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
    return createServer(({ url = '' }, response) => {
      this.asked.push(url);
      const [status, body] = this.#answer(url);
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  }

  #answer(path: string): [status: number, body: string] {
    if (path === '/realms/shop/.well-known/openid-configuration') {
      const configuration = { issuer: this.url, jwks_uri: `${this.url}/keys`, ...this.configuration };
      return [200, JSON.stringify(configuration)];
    }
    if (path !== '/realms/shop/keys') return [404, '{}'];
    if (this.instead) return [this.instead.status, this.instead.body];
    return [200, JSON.stringify({ keys: this.publicKeys })];
  }
}

let made = 0;

async function newPair(alg: string): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = `key-${++made}`;
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}
