import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { migrateUp } from '../../src/platform/migrations/migrations.js';

/** A database that only one test file uses. */
export interface TestDatabase {
  readonly url: string;
  /** Ends every session on it, too. */
  drop(): Promise<void>;
}

const TEMPLATE = 'earmark_template';
/** Where the template grows until it is ready, so that a run which was cut off leaves none half made. */
const UNFINISHED = 'earmark_template_unfinished';
/** The advisory lock under which one of Jest's workers makes the template and the others wait. */
const TEMPLATE_LOCK = 0x7465_6d70;

/** Clones the migrated template, so that a test file does not pay for the migrations. */
export async function freshDatabase(): Promise<TestDatabase> {
  const name = newName('test');
  await asOperator(async (operator) => {
    await makeTemplate(operator);
    await operator.query(`create database ${name} template ${TEMPLATE}`);
  });
  return testDatabase(name);
}

/** A copy of the database, which nobody may use at this moment. */
export async function cloneOf(database: TestDatabase): Promise<TestDatabase> {
  const name = newName('test');
  const original = new URL(database.url).pathname.slice(1);
  await asOperator((operator) => operator.query(`create database ${name} template ${original}`));
  return testDatabase(name);
}

const newName = (kind: 'test' | 'role') => `${kind}_${randomUUID().replaceAll('-', '')}`;

function testDatabase(name: string): TestDatabase {
  return {
    url: urlOf(name),
    drop: () => asOperator((operator) => operator.query(`drop database ${name} with (force)`)),
  };
}

/**
 * A database with nothing in it, not even a schema.
 * @param options of `create database`
 */
export async function emptyDatabase(options = ''): Promise<TestDatabase> {
  const name = newName('test');
  await asOperator((operator) => operator.query(`create database ${name} ${options}`));
  return testDatabase(name);
}

/** The database as another role sees it, which owns everything in it and has settings of its own. */
export async function asOwner(
  database: TestDatabase,
  settings: Readonly<Record<string, string>>,
): Promise<TestDatabase> {
  const role = newName('role');
  const url = new URL(database.url);
  const name = url.pathname.slice(1);
  await asOperator(async (operator) => {
    await operator.query(`create role ${role} login password 'of-a-test'`);
    await operator.query(`alter database ${name} owner to ${role}`);
    for (const [setting, value] of Object.entries(settings)) {
      await operator.query(`alter role ${role} set ${setting} = ${value}`);
    }
  });
  Object.assign(url, { username: role, password: 'of-a-test' });
  return {
    url: url.href,
    async drop() {
      await database.drop();
      await asOperator((operator) => operator.query(`drop role ${role}`));
    },
  };
}

async function makeTemplate(operator: pg.Client): Promise<void> {
  await operator.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const { rowCount } = await operator.query('select from pg_database where datname = $1', [TEMPLATE]);
    if (rowCount === 1) return;
    await operator.query(`drop database if exists ${UNFINISHED} with (force)`);
    await operator.query(`create database ${UNFINISHED}`);
    await migrateUp(urlOf(UNFINISHED));
    await operator.query(`alter database ${UNFINISHED} rename to ${TEMPLATE}`);
  } finally {
    await operator.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
}

/** Runs the work on a database of the same server where no test stores anything. */
export async function asOperator(work: (operator: pg.Client) => Promise<unknown>): Promise<void> {
  const operator = new pg.Client({ connectionString: serverUrl() });
  await operator.connect();
  try {
    await work(operator);
  } finally {
    await operator.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

/** Set by start-postgres.mjs before the first test. */
function serverUrl(): string {
  const url = process.env.TEST_POSTGRES_URL;
  if (!url) throw new Error('TEST_POSTGRES_URL is not set: only .int and .e2e tests have a database.');
  return url;
}
