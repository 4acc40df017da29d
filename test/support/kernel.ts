import { DataSource } from 'typeorm';
import { batchSchema } from '../../src/batches/persistence/batch.schema.js';
import { EventLog } from '../../src/shared/event-log/event-log.js';
import { dataSourceOptions } from '../../src/shared/persistence/data-source.js';
import { TypeOrmTransactions } from '../../src/shared/persistence/typeorm-transactions.js';
import { UnitOfWork } from '../../src/shared/unit-of-work/unit-of-work.js';

/** What every feature stands on, as one instance of the service has it, without the service. */
export interface Kernel {
  readonly dataSource: DataSource;
  readonly log: EventLog;
  readonly unitOfWork: UnitOfWork;
  close(): Promise<void>;
}

export async function openKernel(databaseUrl: string): Promise<Kernel> {
  const options = { ...dataSourceOptions(databaseUrl), entities: [batchSchema] };
  const dataSource = await new DataSource(options).initialize();
  const log = new EventLog();
  const unitOfWork = new UnitOfWork(new TypeOrmTransactions(dataSource), log);
  return { dataSource, log, unitOfWork, close: () => dataSource.destroy() };
}
