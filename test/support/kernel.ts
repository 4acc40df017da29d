import { DataSource, type DataSourceOptions } from 'typeorm';
import { batchSchema } from '../../src/batches/persistence/batch.schema.js';
import { EventLog } from '../../src/kernel/event-log/event-log.js';
import { dataSourceOptions } from '../../src/kernel/postgres/data-source.js';
import { TypeOrmTransactions } from '../../src/kernel/postgres/typeorm-transactions.js';
import { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import { freshDatabase } from './database.js';
import { Wire } from './wire.js';

/** What every feature stands on, as one instance of the service has it, without the service. */
export interface Kernel {
  readonly dataSource: DataSource;
  readonly log: EventLog;
  readonly unitOfWork: UnitOfWork;
  close(): Promise<void>;
}

/**
 * @param session settings of its sessions, in place of the usual ones
 * @param name what the server calls its sessions
 */
export async function openKernel(
  databaseUrl: string,
  session: Readonly<Record<string, string>> = {},
  name?: string,
): Promise<Kernel> {
  const usual = dataSourceOptions(databaseUrl);
  const extra = usual.extra as { readonly session: object };
  const options: DataSourceOptions = {
    ...usual,
    ...(name !== undefined && { applicationName: name }),
    extra: { ...extra, session: { ...extra.session, ...session } },
    entities: [batchSchema],
  };
  const dataSource = await new DataSource(options).initialize();
  const log = new EventLog();
  const unitOfWork = new UnitOfWork(new TypeOrmTransactions(dataSource), log);
  return { dataSource, log, unitOfWork, close: () => dataSource.destroy() };
}

/** On a database of its own, which goes when it is closed. */
export async function freshKernel(): Promise<Kernel> {
  const database = await freshDatabase();
  const kernel = await openKernel(database.url);
  const close = async () => {
    await kernel.close();
    await database.drop();
  };
  return { ...kernel, close };
}

/** As `freshKernel`, over a wire on which what is said is heard, and can be lost. */
export async function wiredKernel(): Promise<Kernel & { readonly wire: Wire }> {
  const database = await freshDatabase();
  const wire = await Wire.to(database.url);
  const kernel = await openKernel(wire.url);
  const close = async () => {
    await kernel.close();
    await wire.close();
    await database.drop();
  };
  return { ...kernel, wire, close };
}
