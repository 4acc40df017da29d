import { DataSource } from 'typeorm';

interface Application {
  get(token: typeof DataSource): DataSource;
}

/** The newest release of the major version that npm's programs are of, when this version of the service was made. */
const NEWEST = { version: '18.6', number: 180_006 };

/** A warning for operators if the embedded PostgreSQL lacks released fixes, or null. */
export async function missingFixes(application: Application): Promise<string | null> {
  const [row] = await application
    .get(DataSource)
    .query<{ number: number; version: string }[]>(
      `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
    );
  const { number, version } = row!;
  const isOfSameMajor = Math.floor(number / 10_000) === Math.floor(NEWEST.number / 10_000);
  if (!isOfSameMajor || number >= NEWEST.number) return null;
  return (
    `The embedded PostgreSQL is ${version}, and fixes up to ${NEWEST.version} are out: set POSTGRES_BIN or DATABASE_URL ` +
    'to a PostgreSQL that you keep up to date (docs/operations.md)'
  );
}
