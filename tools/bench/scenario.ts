import type { Sample } from './sample.js';
import type { Finding } from './report.js';
import type { Shop, Stocked } from './shop.js';
import type { OneTransaction } from './yardsticks/one-transaction.js';
import type { Callee } from './processes.js';

export interface Scenario {
  /** How it is called on the command line. */
  readonly name: string;
  /** In a database and with services of its own. Throws where something was over-allocated, lost or doubled. */
  run(bench: Bench): Promise<Finding[]>;
}

export interface ShopOptions {
  readonly instances?: number;
  /** Of the product. */
  readonly settings?: Readonly<Record<string, string>>;
  /** By its owner: a database with the product's tables, instead of a fresh one. */
  readonly databaseUrl?: string;
  /** Whose embedded PostgreSQL that database is in: the product finds it there, and is given no URL. */
  readonly dataDir?: string;
}

/** What a scenario may be given to work with; all that it opens is closed after it. */
export interface Bench {
  /** How often each part is measured, by turns. */
  readonly rounds: number;
  /** How long each part takes in each round. */
  readonly seconds: number;
  /** At full load. */
  readonly connections: number;
  /** For the memory, which takes its time. */
  readonly minutes: number;
  /** Only to see that everything works. */
  readonly isSmoke: boolean;
  /** Ten million lines as well. */
  readonly isHuge: boolean;

  /** A fresh database with these batches in it, and so many instances of the product on it. */
  openShop(stock: Stocked, options?: ShopOptions): Promise<Shop>;
  openCeiling(): Promise<Callee>;
  openOneTransaction(): Promise<OneTransaction>;
  /** An empty one, for what a scenario keeps on disk. */
  newFolder(): Promise<string>;
  /** What the scenario has opened by itself is closed so, what was opened last first. */
  after(close: () => Promise<unknown>): void;

  /** The parts in turn, round after round, each warmed up before: what disturbs the machine disturbs them all. */
  alternate<Part extends string>(
    parts: Readonly<Record<Part, () => Promise<Sample>>>,
    options?: { rounds?: number },
  ): Promise<Record<Part, Sample[]>>;
}
