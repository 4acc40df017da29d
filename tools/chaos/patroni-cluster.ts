import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { findAccount } from '../../src/platform/embedded-postgres/postgres-binaries.js';
import { migrateUp } from '../../src/platform/migrations/migrations.js';
import { childEnvironment } from '../../testing/child-environment.js';
import { eventuallySucceeds } from '../../testing/eventually.js';
import { freePort } from '../../testing/ports.js';
import type { Database } from './cluster.js';
import { findClusterPrograms, succeeds, type ClusterPrograms } from './cluster-programs.js';
import { makeNetwork, type NodeNetwork } from './node-network.js';
import { PatroniNode, type Member } from './patroni-node.js';
import { clearAtExit } from './processes.js';

const HAPROXY_CONFIG = fileURLToPath(new URL('../../../deploy/patroni/haproxy.cfg', import.meta.url));
const NODES = 3;
/** Milliseconds until the cluster must be whole again: Patroni may have to copy the whole database to a node. */
const WHOLE_LIMIT = 120_000;
const DISK_MB = 3_000;

/** How the database cluster replicates. */
export type Replication = 'synchronous' | 'asynchronous';

const OVERRIDES: Record<Replication, string> = {
  synchronous: '{}\n',
  // As much as Patroni allows by itself: a standby that is further behind is not promoted.
  asynchronous: `bootstrap:
  dcs:
    synchronous_mode: false
    synchronous_mode_strict: false
    maximum_lag_on_failover: 1048576
`,
};

/** Three PostgreSQL under Patroni with etcd, and HAProxy before them: the files of deploy/patroni, on one machine. */
export class PatroniCluster implements Database {
  readonly nodes: readonly PatroniNode[];
  /** Of HAProxy, for the primary. */
  readonly port: number;
  readonly #password: string;
  readonly #network: NodeNetwork;
  readonly #folder: string;
  readonly #replication: Replication;
  #haproxy: ChildProcess | null = null;
  #replicasPort = 0;

  private constructor(
    nodes: readonly PatroniNode[],
    port: number,
    password: string,
    network: NodeNetwork,
    folder: string,
    replication: Replication,
  ) {
    this.nodes = nodes;
    this.port = port;
    this.#password = password;
    this.#network = network;
    this.#folder = folder;
    this.#replication = replication;
  }

  /**
   * Resolves once it is whole and has the service's tables.
   * @param folder for all that it keeps; it is made
   */
  static async start(folder: string, replication: Replication): Promise<PatroniCluster> {
    const programs = findClusterPrograms();
    await mkdir(folder);
    await chmod(folder, 0o711);
    const size = `size=${DISK_MB}m,mode=711`;
    const isMounted = await succeeds('mount', '-t', 'tmpfs', '-o', size, 'chaos', folder);
    if (isMounted) clearAtExit(() => void succeeds('umount', '-l', folder));
    const network = await makeNetwork(NODES);
    const password = randomBytes(12).toString('hex');
    const account = await findAccount(folder, () => undefined);
    const overrides = OVERRIDES[replication];
    const nodes = Array.from({ length: NODES }, (_, i) => {
      const common = { nodes: NODES, logs: folder, programs, network, account, password, overrides };
      return new PatroniNode({ number: i + 1, folder: join(folder, `node-${i + 1}`), ...common });
    });
    const cluster = new PatroniCluster(nodes, await freePort(), password, network, folder, replication);
    try {
      for (const node of nodes) await node.prepare();
      await Promise.all(nodes.map((node) => node.startEtcd()));
      await Promise.all(nodes.map((node) => node.startPatroni()));
      await cluster.#startHaproxy(programs);
      await cluster.ensureRunning();
      await cluster.#makeDatabase();
    } catch (error) {
      await cluster.remove();
      throw error;
    }
    return cluster;
  }

  url(port = this.port): string {
    return `postgresql://earmark:${this.#password}@127.0.0.1:${port}/earmark`;
  }

  /** Of HAProxy, for the replicas. */
  get replicasUrl(): string {
    return this.url(this.#replicasPort);
  }

  async connect(): Promise<pg.Client> {
    return this.#connect(this.url());
  }

  /** Ends whatever was done to any node; resolves once one leads and all others follow. */
  async ensureRunning(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.restore()));
    await this.whole();
  }

  /** Resolves once one node leads, all others follow, and HAProxy leads to it. */
  async whole(): Promise<void> {
    const attempt = async () => {
      const members = await this.#members();
      const isWhole =
        members.length === NODES &&
        members.every(({ state }) => state === 'running' || state === 'streaming') &&
        members.some(({ role }) => role === 'leader') &&
        (this.#replication === 'asynchronous' || members.some(({ role }) => role === 'sync_standby')) &&
        new Set(members.map(({ timeline }) => timeline)).size === 1;
      if (!isWhole) throw new Error(JSON.stringify(members));
      return this.#acceptsWrites();
    };
    await eventuallySucceeds('the database cluster is whole', attempt, WHOLE_LIMIT);
  }

  /** The node that leads, or null if there is none at the moment. */
  async leader(): Promise<PatroniNode | null> {
    return this.#withRole('leader');
  }

  /** A standby for which commits wait, if there is one. */
  async syncStandby(): Promise<PatroniNode | null> {
    return this.#withRole('sync_standby');
  }

  async #withRole(role: Member['role']): Promise<PatroniNode | null> {
    const members = await this.#members();
    const name = members.find((member) => member.role === role)?.name;
    return this.nodes.find((node) => node.name === name) ?? null;
  }

  /** As the first node that answers sees them; none if none does. */
  async #members(): Promise<readonly Member[]> {
    for (const node of this.nodes) {
      const members = await node.members().catch(() => null);
      if (members) return members;
    }
    return [];
  }

  async #acceptsWrites(): Promise<boolean> {
    const client = await this.#connect(this.#adminUrl);
    try {
      const { rows } = await client.query<{ isStandby: boolean }>(
        `select pg_is_in_recovery() as "isStandby"`,
      );
      return !rows[0]!.isStandby;
    } finally {
      await client.end();
    }
  }

  async #makeDatabase(): Promise<void> {
    const client = await this.#connect(this.#adminUrl);
    await client.query(`create role earmark login password '${this.#password}'`);
    await client.query(`create database earmark owner earmark encoding 'UTF8' template template0`);
    await client.end();
    await migrateUp(this.url());
  }

  get #adminUrl(): string {
    return `postgresql://postgres:${this.#password}@127.0.0.1:${this.port}/postgres`;
  }

  async #connect(url: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  async #startHaproxy({ haproxy }: ClusterPrograms): Promise<void> {
    this.#replicasPort = await freePort();
    const log = await open(`${this.#folder}-haproxy.log`, 'a');
    this.#haproxy = spawn(haproxy, ['-db', '-f', HAPROXY_CONFIG], {
      env: {
        ...childEnvironment(),
        PRIMARY_BIND: `127.0.0.1:${this.port}`,
        REPLICAS_BIND: `127.0.0.1:${this.#replicasPort}`,
        ...Object.fromEntries(this.nodes.map(({ address }, i) => [`PG${i + 1}`, address])),
      },
      stdio: ['ignore', log.fd, log.fd],
    });
    this.#haproxy.on('error', () => undefined);
    clearAtExit(() => this.#haproxy?.kill('SIGKILL'));
    await log.close();
  }

  /** What its processes had to say stays beside its folder. */
  async remove(): Promise<void> {
    this.#haproxy?.kill('SIGKILL');
    await Promise.all(this.nodes.map((node) => node.killAll()));
    this.#network.remove();
    await succeeds('umount', '-l', this.#folder);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
