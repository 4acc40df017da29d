import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { hasFullDisk, isDiskStillFull } from './database-fault.js';
import { metrics, onCollect } from '../metrics/instruments.js';

const POOL = { 'db.client.connection.pool.name': 'primary' };
const IDLE = { ...POOL, 'db.client.connection.state': 'idle' };
const USED = { ...POOL, 'db.client.connection.state': 'used' };

/** Publishes how many connections to the database there are, and how many requests wait for one. */
@Injectable()
export class PoolMetrics implements OnApplicationBootstrap, OnApplicationShutdown {
  #stop: () => void = () => undefined;

  constructor(private readonly dataSource: DataSource) {}

  onApplicationBootstrap(): void {
    const { connections, diskFull, mostConnections, waitingForConnection } = metrics;
    // TypeORM's driver for PostgreSQL keeps the pool there.
    const { master: pool } = this.dataSource.driver as unknown as { master: Pool };
    this.#stop = onCollect([connections, diskFull, mostConnections, waitingForConnection], async (result) => {
      result.observe(connections, pool.idleCount, IDLE);
      result.observe(connections, pool.totalCount - pool.idleCount, USED);
      result.observe(mostConnections, pool.options.max, POOL);
      result.observe(waitingForConnection, pool.waitingCount, POOL);
      const isFull = await isDiskStillFull((sql) => this.dataSource.query(sql)).catch(hasFullDisk);
      result.observe(diskFull, isFull ? 1 : 0);
    });
  }

  onApplicationShutdown(): void {
    this.#stop();
  }
}
