import type { Writable } from 'node:stream';
import pg from 'pg';

/** A session for base backups. */
export type Replication = pg.Client;

/** What PostgreSQL says of a base backup that it has sent. */
export interface BaseBackup {
  /** Where in the write-ahead log it begins and ends, such as `0/2000028`. */
  readonly startLsn: string;
  readonly endLsn: string;
  readonly timeline: number;
}

/** Where the parts of a base backup go. */
export interface BaseBackupTargets {
  /** The data directory with the write-ahead log that it needs, as a tar archive. */
  readonly archive: Writable;
  /** PostgreSQL's list of the files in it, with their checksums. */
  readonly manifest: Writable;
}

interface BaseBackupOptions {
  /** Bytes a second that are read at most; null: as fast as they are written. */
  readonly bytesPerSecond: number | null;
  /** Called when a portion has been sent, with what is sent so far and an estimate of all, in bytes. */
  readonly report?: ((sent: number, all: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The first byte of a message in the stream: https://www.postgresql.org/docs/current/protocol-replication.html */
const NEW_ARCHIVE = 'n'.charCodeAt(0);
const MANIFEST = 'm'.charCodeAt(0);
const DATA = 'd'.charCodeAt(0);

/**
 * A session for base backups. While it lasts, the server keeps the write-ahead log from now on, by a replication slot that
 * ends with the session however that ends.
 * @param url of a role that may replicate
 * @param slot its name: small letters, digits and underscores
 */
export async function openReplication(url: string, slot: string): Promise<Replication> {
  // Of a session that replicates, PostgreSQL accepts few statements: not those of our other sessions.
  const client = new pg.Client({ connectionString: url, replication: 'true' } as pg.ClientConfig);
  // The end of the connection fails what waits for its answer.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY PHYSICAL RESERVE_WAL`);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

/**
 * Has PostgreSQL send a base backup. It verifies the checksum of each page that it reads, locks nothing, and writes out what is
 * in its memory first, as a checkpoint does.
 * @throws {Error} of PostgreSQL, or of a target that cannot be written
 */
export async function sendBaseBackup(
  client: Replication,
  targets: BaseBackupTargets,
  { bytesPerSecond, report, signal }: BaseBackupOptions,
): Promise<BaseBackup> {
  signal?.throwIfAborted();
  const rate = bytesPerSecond === null ? '' : `, MAX_RATE ${Math.ceil(bytesPerSecond / 1024)}`;
  const receiver = new Receiver(
    `BASE_BACKUP (LABEL 'earmark backup', PROGRESS true, CHECKPOINT 'fast', WAL true, WAIT false, MANIFEST 'yes'${rate})`,
    targets,
    report,
  );
  const abort = () => receiver.fail(signal!.reason as Error);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    client.query(receiver as unknown as pg.Submittable);
    return await receiver.finished;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** What the client calls a query by, and of its connection what we use. */
interface Connection {
  readonly stream: { pause(): void; resume(): void; destroy(): void };
  query(text: string): void;
}
interface DataRow {
  readonly fields: readonly (string | null)[];
}

/** Answers of the server, in the order in which they come: see the documentation of the replication protocol. */
class Receiver {
  readonly finished: Promise<BaseBackup>;
  #resolve!: (backup: BaseBackup) => void;
  #reject!: (error: Error) => void;
  #connection: Connection | null = null;
  readonly #rows: (readonly (string | null)[])[] = [];
  #target: Writable | null = null;
  #sent = 0;
  #isPaused = false;
  #failure: Error | null = null;

  constructor(
    private readonly statement: string,
    private readonly targets: BaseBackupTargets,
    private readonly report: BaseBackupOptions['report'],
  ) {
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    for (const target of Object.values(targets) as Writable[])
      target.on('error', (error) => this.fail(error));
  }

  /** Ends it: the server learns of that by the end of the connection. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#reject(this.#failure);
    this.#connection?.stream.destroy();
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.query(this.statement);
  }

  handleDataRow({ fields }: DataRow): void {
    this.#rows.push(fields);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    const [kind] = chunk;
    if (kind === NEW_ARCHIVE) this.#begin(this.targets.archive);
    else if (kind === MANIFEST) this.#target = this.targets.manifest;
    else if (kind === DATA) this.#write(chunk.subarray(1));
  }

  #begin(target: Writable): void {
    this.#target = target;
    // The first row is of the beginning; then each tablespace has one, the data directory as well. All come before the data.
    if (this.#rows.length > 2)
      this.fail(new Error('The PostgreSQL has tablespaces, which a backup of one directory cannot hold.'));
  }

  #write(part: Buffer): void {
    if (this.#failure !== null || this.#target === null) return;
    this.#sent += part.length;
    this.report?.(this.#sent, this.#estimate);
    // The connection reads its next part into the same memory.
    if (this.#target.write(Buffer.from(part)) || this.#isPaused) return;
    // What was received already still comes.
    const { stream } = this.#connection!;
    this.#isPaused = true;
    stream.pause();
    this.#target.once('drain', () => {
      this.#isPaused = false;
      stream.resume();
    });
  }

  /** Of the only tablespace, whose row is the second one; in kilobytes. */
  get #estimate(): number {
    return Number(this.#rows[1]?.[2] ?? 0) * 1024;
  }

  handleReadyForQuery(): void {
    if (this.#failure !== null) return;
    const [startLsn, timeline] = this.#rows[0]!;
    const [endLsn] = this.#rows.at(-1)!;
    this.#resolve({ startLsn: startLsn!, endLsn: endLsn!, timeline: Number(timeline) });
  }

  handleError(error: Error): void {
    this.#failure ??= error;
    this.#reject(this.#failure);
  }

  handleRowDescription(): void {
    // The columns are known.
  }

  handleCommandComplete(): void {
    // More follows: it is finished when the server is ready for the next statement.
  }
}
