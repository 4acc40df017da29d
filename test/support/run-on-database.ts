import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/kernel/postgres/data-source.js';
import type { RunOnDatabase } from '../../src/platform/cli/on-database.js';

/** Lets a command that needs no application work in this process, on a database that is migrated. */
export const runOnDatabase =
  (url: string): RunOnDatabase =>
  async (work) => {
    const dataSource = await new DataSource(dataSourceOptions(url)).initialize();
    try {
      await work(dataSource);
    } finally {
      await dataSource.destroy();
    }
  };
