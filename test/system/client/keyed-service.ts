import { DataSource } from 'typeorm';
import { createKey } from '../../../src/platform/access/keys/keys.js';
import { SCOPES } from '../../../src/scopes.js';
import { freshDatabase } from '../../support/database.js';
import { startService, type RunningService } from '../../support/service.js';
import { LOCAL } from '../../webhooks/webhooks-world.js';

/** The service with a key that every call needs, and webhooks that may go to this machine. */
export interface KeyedService {
  readonly service: RunningService;
  readonly key: string;
  /** What programs of users are told of it. */
  readonly environment: { readonly EARMARK_URL: string; readonly EARMARK_KEY: string };
  close(): Promise<void>;
}

export async function startKeyedService(): Promise<KeyedService> {
  const database = await freshDatabase();
  const dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  const key = await createKey(dataSource, 'shop', SCOPES);
  await dataSource.destroy();
  const service = await startService(database.url, LOCAL);
  return {
    service,
    key,
    environment: { EARMARK_URL: service.url, EARMARK_KEY: key },
    async close() {
      await service.close();
      await database.drop();
    },
  };
}
