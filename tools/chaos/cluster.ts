import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { eventuallySucceeds } from '../../testing/eventually.js';
import { Instance } from './instance.js';
import { MailServer, Nats, type Broker } from './external-servers.js';
import type { Postgres } from './postgres.js';
import { INSTANCES } from './schedule.js';
import { Wire } from './wire.js';

/** Milliseconds from the last fault until everything must run again and have nothing left to do. */
const HEALING_LIMIT = 40_000;
/** Milliseconds that the instances may take to start first, on a machine that has other things to do. */
const STARTING_LIMIT = 120_000;

/** What the instances share, as faults and checks need it. */
export interface Database {
  readonly port: number;
  /** Over another port if that leads to it. */
  url(port?: number): string;
  connect(): Promise<pg.Client>;
  /** Starts what does not run; resolves once it takes connections. */
  ensureRunning(): Promise<void>;
  remove(): Promise<void>;
}

/** Two instances of the service and all that they need, each a process of its own. */
export class Cluster<D extends Database = Postgres> {
  readonly postgres: D;
  /** The way of each instance to the database. */
  readonly wires: readonly Wire[];
  readonly instances: readonly Instance[];
  /** null where the program is not installed. */
  readonly nats: Broker | null;
  readonly mail: MailServer;

  private constructor(
    postgres: D,
    wires: readonly Wire[],
    instances: readonly Instance[],
    nats: Broker | null,
    mail: MailServer,
  ) {
    this.postgres = postgres;
    this.wires = wires;
    this.instances = instances;
    this.nats = nats;
    this.mail = mail;
  }

  /**
   * @param startDatabase with the service's tables, in a folder that it makes
   * @param folder for all that the cluster keeps; it is made
   * @param startNats gets a folder that it may make; null if the program is not installed
   */
  static async start<D extends Database>(
    startDatabase: (folder: string) => Promise<D>,
    folder: string,
    startNats: (folder: string) => Promise<Broker | null> = (inside) => Nats.start(inside),
  ): Promise<Cluster<D>> {
    await mkdir(folder, { mode: 0o711 });
    const postgres = await startDatabase(join(folder, 'postgres'));
    const nats = await startNats(join(folder, 'nats'));
    const mail = await MailServer.start();
    const wires: Wire[] = [];
    const instances: Instance[] = [];
    for (let i = 0; i < INSTANCES; i++) {
      const wire = await Wire.to(postgres.port);
      wires.push(wire);
      const settings = {
        DATABASE_URL: postgres.url(wire.port),
        ...(nats && { NATS_URL: nats.url }),
        SMTP_URL: mail.url,
        // Two seconds, so that many mails are written and the instances' clocks matter.
        ALERT_QUIET_HOURS: '0.0006',
        ALERT_LOST_QUIET_HOURS: '0.0006',
        ALERT_MAIL_SECONDS: '1',
        ALERT_WHEN_BACK: 'on',
        LOG_LEVEL: 'info',
      };
      instances.push(await Instance.start(join(folder, `instance-${i}`), settings));
    }
    const cluster = new Cluster(postgres, wires, instances, nats, mail);
    await cluster.#ready(STARTING_LIMIT);
    return cluster;
  }

  get urls(): readonly string[] {
    return this.instances.map(({ url }) => url);
  }

  /** Resolves once all that was away is back and every subscription, message and mail is where it should be. */
  async heal(): Promise<void> {
    await Promise.all([this.postgres.ensureRunning(), this.nats?.ensureRunning(), this.mail.ensureRunning()]);
    await this.#ready(HEALING_LIMIT);
    const database = await this.postgres.connect();
    try {
      // As if the time had passed for which an instance that was killed had taken mails to itself.
      await database.query(`update notifications.mail set next_attempt_at = now() where state = 'pending'`);
      await eventuallySucceeds('nothing is left to do', () => this.#isDrained(database), HEALING_LIMIT);
    } finally {
      await database.end();
    }
  }

  async #ready(limit: number): Promise<void> {
    for (const instance of this.instances)
      await eventuallySucceeds(`${instance.url} is ready`, () => instance.isReady(), limit);
  }

  async #isDrained(database: pg.Client): Promise<boolean> {
    const answer = await fetch(`${this.urls[0]}/v1/subscriptions`);
    const { items } = (await answer.json()) as { items: { name: string; lag: { events: number } }[] };
    const { rows } = await database.query<{ left: string }>(
      `select (select count(*) from notifications.notification where state = 'pending')
            + (select count(*) from event_log.set_aside where state <> 'parked') as left`,
    );
    const behind = items.filter(({ lag }) => lag.events > 0);
    if (behind.length === 0 && Number(rows[0]!.left) === 0) return true;
    throw new Error(`${JSON.stringify(behind)}, ${rows[0]!.left} mails and events wait`);
  }

  async stop(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.stop()));
    await Promise.all([...this.wires.map((wire) => wire.close()), this.nats?.kill(), this.mail.stop()]);
    await this.postgres.remove();
  }
}
