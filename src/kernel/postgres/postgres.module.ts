import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Transactions } from '../domain/store.js';
import { dataSourceOptions } from './data-source.js';
import { PoolMetrics } from './pool-metrics.js';
import { REPLICA_URLS, Replicas } from './replicas.js';
import { isConnectionLoss } from './retry.js';
import { TypeOrmTransactions } from './typeorm-transactions.js';

/** A process that starts beside many others may take longer to connect than a call may wait for a connection. */
const START_ATTEMPTS = 5;
const START_PAUSE_MS = 500;

/**
 * The connections to the database. TypeORM's own module is global, which `TypeOrmModule.forFeature` relies on: so Nest
 * closes the data source after everything else, and a provider may use it until its own shutdown hook has ended.
 */
@Module({})
export class PostgresModule {
  /**
   * @param url of the primary
   * @param statementMs milliseconds that a statement may take
   * @param replicaUrls of the read replicas; may be empty
   */
  static forRoot(url: string, statementMs: number, replicaUrls: readonly string[]): DynamicModule {
    return {
      module: PostgresModule,
      imports: [
        TypeOrmModule.forRoot({
          ...dataSourceOptions(url, statementMs),
          autoLoadEntities: true,
          retryAttempts: START_ATTEMPTS,
          retryDelay: START_PAUSE_MS,
          toRetry: isConnectionLoss,
        }),
      ],
      providers: [
        { provide: REPLICA_URLS, useValue: replicaUrls },
        { provide: Transactions, useClass: TypeOrmTransactions },
        Replicas,
        PoolMetrics,
      ],
      exports: [TypeOrmModule, Transactions, Replicas],
    };
  }
}
