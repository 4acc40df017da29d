import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Child } from './child';
import { freePort } from './ports';

const BUILT = resolve(__dirname, '../../../../../dist/src');
/** What the plugin needs, and no more. */
const SHOP_SCOPES = 'read,orders:write,warehouse:write';
const WAREHOUSE_SCOPES = 'read,batches:write,warehouse:write';

export interface ProductFigures {
  readonly onHand: number;
  readonly shipped: number;
  readonly claimed: number;
  readonly held: number;
  readonly available: number;
}

export interface OrderInEarmark {
  readonly state: string;
  readonly lines: readonly {
    readonly sku: string;
    readonly quantity: number;
    readonly shipped: number;
    readonly returned: number;
    readonly state: string;
  }[];
}

/** The built service, as `npm start` runs it, on a port that it keeps when it goes and comes back. */
export class Earmark {
  #child: Child | null = null;

  private constructor(
    readonly url: string,
    /** The API key for the shop. */
    readonly shopKey: string,
    private readonly warehouseKey: string,
    private readonly env: Record<string, string>,
    private readonly dataDir: string,
  ) {}

  static async start(databaseUrl: string): Promise<Earmark> {
    const dataDir = await mkdtemp(join(tmpdir(), 'earmark-vendure-data-'));
    const port = await freePort();
    const env = { HOST: '127.0.0.1', PORT: String(port), DATA_DIR: dataDir, DATABASE_URL: databaseUrl };
    const createKey = async (name: string, scopes: string) => {
      const command = [join(BUILT, 'cli.js'), 'keys', 'create', name, '--scopes', scopes];
      const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: dataDir, env });
      return stdout.trim();
    };
    const shopKey = await createKey('shop', SHOP_SCOPES);
    const warehouseKey = await createKey('warehouse', WAREHOUSE_SCOPES);
    const earmark = new Earmark(`http://127.0.0.1:${port}`, shopKey, warehouseKey, env, dataDir);
    await earmark.comeBack();
    return earmark;
  }

  async comeBack(): Promise<void> {
    this.#child = new Child(join(BUILT, 'main.js'), this.env, this.dataDir);
    await this.#child.ready(async () => (await fetch(`${this.url}/health/ready`)).ok);
  }

  /** Without a word, as if its machine had lost its power. */
  async goAway(): Promise<void> {
    await this.#child?.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#child?.end();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Goods on hand; with `eta` goods that are still to come. */
  async register(reference: string, sku: string, quantity: number, eta: string | null = null): Promise<void> {
    await this.#call('POST', '/v1/batches', { reference, sku, quantity, eta });
  }

  /** So many units of a batch are missing. */
  async lose(batchReference: string, units: number): Promise<void> {
    const adjustment = { batchReference, by: -units, reason: 'missing' };
    await this.#call('PUT', `/v1/adjustments/${batchReference}`, adjustment);
  }

  async product(sku: string): Promise<ProductFigures> {
    return (await this.#call('GET', `/v1/products/${sku}`)) as ProductFigures;
  }

  /** Null if it was never put. */
  async order(code: string): Promise<OrderInEarmark | null> {
    return (await this.#call('GET', `/v1/orders/${code}`)) as OrderInEarmark | null;
  }

  /** The differences between the figures of all batches and what lines and log add up to. */
  async differences(): Promise<readonly unknown[]> {
    return ((await this.#call('GET', '/v1/integrity')) as { differences: unknown[] }).differences;
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const call = () =>
      fetch(this.url + path, {
        method,
        headers: {
          authorization: `Bearer ${this.warehouseKey}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    // It goes and comes back, so a connection that was kept may be a dead one.
    const response = await call().catch(call);
    const text = await response.text();
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}
