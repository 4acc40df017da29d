import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { Server, temporaryFolder } from './postgres.js';
import { processorMs } from './processor.js';
import { startCeiling, startProduct, type Process } from './processes.js';
import type { Finding } from './report.js';
import type { Sample } from './sample.js';
import type { Bench, Scenario, ShopOptions } from './scenario.js';
import { seedBatches } from './seed.js';
import { Shop, type Stocked } from './shop.js';
import { OneTransaction } from './yardsticks/one-transaction.js';

type Settings = Pick<Bench, 'rounds' | 'seconds' | 'connections' | 'minutes' | 'isSmoke' | 'isHuge'> & {
  readonly pgbench: string | null;
};

/** Where scenarios are played, one after the other: gives each what it asks for, and clears up behind it. */
export class Stage implements Bench {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly minutes: number;
  readonly isSmoke: boolean;
  readonly isHuge: boolean;
  readonly #folder: string;
  readonly postgres: string;
  /** Every round of every part, by scenario. */
  readonly raw: Record<string, Record<string, Sample[]>[]> = {};
  readonly #pgbench: string | null;
  readonly #server: Server;
  readonly #removeFolder: () => Promise<void>;
  #ceiling: Process | null = null;
  /** The product and the empty call, whose processor time is measured. */
  readonly #services = new Set<Process>();
  #struck: Promise<void> | null = null;
  /** One after the other: a database must not go before who works on it. */
  #cleared: Promise<void> = Promise.resolve();
  #open: (() => Promise<void>)[] = [];
  #folders = 0;
  #scenario = '';

  private constructor(
    settings: Settings,
    folder: string,
    removeFolder: () => Promise<void>,
    server: Server,
    postgres: string,
  ) {
    this.rounds = settings.rounds;
    this.seconds = settings.seconds;
    this.connections = settings.connections;
    this.minutes = settings.minutes;
    this.isSmoke = settings.isSmoke;
    this.isHuge = settings.isHuge;
    this.#pgbench = settings.pgbench;
    this.#folder = folder;
    this.postgres = postgres;
    this.#server = server;
    this.#removeFolder = removeFolder;
  }

  static async set(settings: Settings): Promise<Stage> {
    const { path, remove } = await temporaryFolder();
    const server = await Server.start(path);
    return new Stage(settings, path, remove, server, await server.version());
  }

  /** Clears away all that is left, also in the middle of a scenario. */
  strike(): Promise<void> {
    return (this.#struck ??= this.#strike());
  }

  async #strike(): Promise<void> {
    this.#open.unshift(
      () => this.#removeFolder(),
      () => this.#server.stop(),
      async () => this.#ceiling?.stop(),
    );
    await this.#clearUp();
  }

  async play(scenario: Scenario): Promise<Finding[]> {
    this.#scenario = scenario.name;
    this.raw[scenario.name] = [];
    try {
      return await scenario.run(this);
    } finally {
      await this.#clearUp();
    }
  }

  async openShop(stock: Stocked, options: ShopOptions = {}): Promise<Shop> {
    const { instances = 1, settings = {}, dataDir } = options;
    const url = options.databaseUrl ?? (await this.#freshDatabase());
    const database = new pg.Client({ connectionString: url });
    // A scenario may have its PostgreSQL end.
    database.on('error', () => undefined);
    await database.connect();
    const products: Process[] = [];
    const shop = new Shop(products, database, url);
    this.#open.push(() => shop.database.end());
    await seedBatches(database, stock);
    const started = await Promise.all(
      Array.from({ length: instances }, async () => {
        const product = await startProduct(dataDir ?? (await this.newFolder()), {
          ...(dataDir === undefined && { DATABASE_URL: url }),
          ...settings,
        });
        this.#services.add(product);
        this.#open.push(() => product.stop());
        return product;
      }),
    );
    products.push(...started);
    await shop.settled();
    await database.query('analyze');
    return shop;
  }

  /**
   * One for each scenario, so that what Node has compiled for one kind of call does not slow down another; a smoke
   * run has no time for that.
   */
  async openCeiling(): Promise<Process> {
    const { isSmoke } = this;
    const ceiling = (isSmoke ? this.#ceiling : null) ?? (await startCeiling(await this.newFolder()));
    this.#services.add(ceiling);
    if (isSmoke) this.#ceiling = ceiling;
    else this.#open.push(() => ceiling.stop());
    return ceiling;
  }

  async openOneTransaction(): Promise<OneTransaction> {
    return OneTransaction.prepare(await this.#freshDatabase(), this.#folder, this.#pgbench);
  }

  async newFolder(): Promise<string> {
    const folder = join(this.#folder, `process-${this.#folders++}`);
    await mkdir(folder);
    return folder;
  }

  after(close: () => Promise<unknown>): void {
    this.#open.push(async () => void (await close()));
  }

  async alternate<Part extends string>(
    parts: Readonly<Record<Part, () => Promise<Sample>>>,
    { rounds = this.rounds } = {},
  ): Promise<Record<Part, Sample[]>> {
    const inTurn = Object.entries<() => Promise<Sample>>(parts);
    const samples: Record<string, Sample[]> = Object.fromEntries(inTurn.map(([part]) => [part, []]));
    // Unmeasured: Node compiles what is hot only after it has run for a while.
    if (!this.isSmoke) for (const [, measure] of inTurn) await measure();
    for (let round = 0; round < rounds; round++) {
      for (const [part, measure] of inTurn) {
        const before = await this.#processor();
        const { count, perSecond, p50, p95, p99, longest, longestPause } = await measure();
        const processor = perCall(before, await this.#processor(), count);
        samples[part]!.push({ count, perSecond, p50, p95, p99, longest, longestPause, processor });
      }
    }
    this.raw[this.#scenario]!.push(samples);
    return samples;
  }

  /** Milliseconds that all have taken so far; null if nobody tells. */
  async #processor(): Promise<Processor | null> {
    const { pid } = this.#server;
    const database = pid === null ? null : await processorMs([pid]);
    const service = await processorMs([...this.#services].map((service) => service.pid));
    return database === null || service === null ? null : { service, database };
  }

  /** Whatever was opened last goes first; what cannot be closed does not keep the others open. */
  #clearUp(): Promise<void> {
    return (this.#cleared = this.#cleared.then(() => this.#closeAll()));
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#open.pop(); close; close = this.#open.pop()) {
      await close().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  async #freshDatabase(): Promise<string> {
    const url = await this.#server.freshDatabase();
    this.#open.push(() => this.#server.drop(url));
    return url;
  }
}

type Processor = NonNullable<Sample['processor']>;

function perCall(before: Processor | null, after: Processor | null, count: number): Processor | null {
  if (!before || !after || count === 0) return null;
  const share = (part: keyof Processor) => ((after[part] - before[part]) / count) * 1_000;
  return { service: share('service'), database: share('database') };
}
