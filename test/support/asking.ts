import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/kernel/postgres/data-source.js';
import type { Ask } from '../../src/platform/cli/ask.js';
import { Service } from '../../src/platform/cli/rest/service.js';

/** Commands work with this, as they do on the database. */
export const asking =
  <Context>(context: Context): Ask<Context> =>
  async ({ onDatabase, show }) => {
    const result = await onDatabase(context);
    show?.(result);
  };

/** Commands that need no application work in this process, on a database that is migrated. */
export const askingDatabase =
  (url: string): Ask<DataSource> =>
  async (ways) => {
    const dataSource = await new DataSource(dataSourceOptions(url)).initialize();
    try {
      await asking(dataSource)(ways);
    } finally {
      await dataSource.destroy();
    }
  };

/** Commands work over REST. */
export const askingService =
  (url: string, key: string | null = null, signal = new AbortController().signal): Ask<never> =>
  async ({ overRest, show }) => {
    const result = await overRest(new Service({ url: new URL(url), key, signal }));
    show?.(result);
  };

/** For commands that must not need it. */
export const askingNobody =
  (what: string): Ask<never> =>
  () =>
    Promise.reject(new Error(`It needs no ${what}.`));
