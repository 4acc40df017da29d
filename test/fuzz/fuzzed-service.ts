import { DataSource } from 'typeorm';
import { newApiKey, formatApiKey } from '../../src/platform/access/keys/api-key.js';
import { createKey } from '../../src/platform/access/keys/keys.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { SCOPES } from '../support/service.js';
import { ServiceProcess, type Ended } from '../support/service-process.js';

/** The service as it runs in production, and all that it says kept. */
export class FuzzedService {
  private constructor(
    readonly url: string,
    readonly database: TestDatabase,
    /** The wording of a key that may do everything; where the service asks for none, of one that never was. */
    readonly key: string,
    private readonly process: ServiceProcess,
  ) {}

  /** @param isOpen to whoever calls from this machine */
  static async start({ isOpen = false } = {}): Promise<FuzzedService> {
    const database = await freshDatabase();
    const key = isOpen ? formatApiKey(newApiKey()) : await keyOf(database);
    const process = new ServiceProcess({ DATABASE_URL: database.url, LOG_LEVEL: 'verbose' });
    return new FuzzedService(await process.ready, database, key, process);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async get(path: string): Promise<Response> {
    return fetch(new URL(path, this.url), { headers: { authorization: `Bearer ${this.key}` } });
  }

  stop(): Promise<Ended> {
    return this.process.stop('SIGTERM');
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.database.drop();
  }
}

async function keyOf({ url }: TestDatabase): Promise<string> {
  const dataSource = await new DataSource({ type: 'postgres', url }).initialize();
  try {
    return await createKey(dataSource, 'fuzzer', SCOPES);
  } finally {
    await dataSource.destroy();
  }
}
