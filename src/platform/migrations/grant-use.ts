import pg from 'pg';
import { schemas } from './migration-files.js';
import { inMigration } from './migrations.js';

/**
 * Grants the role what the service needs, and nothing else: it reads and writes rows, reads which migrations are applied,
 * and makes temporary tables when a read model is rebuilt. It owns nothing and changes no table.
 * @param ownerUrl leads to the database by the role that owns everything in it
 */
export async function grantUse(ownerUrl: string, role: string): Promise<void> {
  const to = pg.escapeIdentifier(role);
  const known = await schemas();
  await inMigration(ownerUrl, async (session) => {
    const { rows } = await session.query<{ schema: string; database: string }>(
      `select name as schema, current_database() as database from unnest($1::text[]) as known (name)
        where to_regclass(format('%I.migration', name)) is not null`,
      [known],
    );
    for (const { schema, database } of rows) {
      const all = `in schema ${pg.escapeIdentifier(schema)}`;
      await session.query(`
        grant temporary on database ${pg.escapeIdentifier(database)} to ${to};
        grant usage on schema ${pg.escapeIdentifier(schema)} to ${to};
        grant select, insert, update, delete on all tables ${all} to ${to};
        grant usage, select on all sequences ${all} to ${to};
        grant execute on all functions ${all} to ${to};
        revoke insert, update, delete on ${pg.escapeIdentifier(schema)}.migration from ${to}`);
    }
  });
}
