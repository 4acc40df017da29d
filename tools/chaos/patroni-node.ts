import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chown, copyFile, mkdir, open, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../testing/child-environment.js';
import type { ClusterPrograms } from './cluster-programs.js';
import type { NodeNetwork } from './node-network.js';
import { childrenOf, clearAtExit, isAlive, signalTo } from './processes.js';

const CONFIG = fileURLToPath(new URL('../../../deploy/patroni/patroni.yml', import.meta.url));

/** Patience for a machine that has other things to do: etcd elects another leader after this, in milliseconds. */
const ETCD = { ETCD_HEARTBEAT_INTERVAL: '250', ETCD_ELECTION_TIMEOUT: '2500' };

/** What Patroni says of a member of its cluster. */
export interface Member {
  readonly name: string;
  readonly role: 'leader' | 'sync_standby' | 'replica';
  readonly state: string;
  readonly timeline?: number;
}

export interface NodeOptions {
  readonly number: number;
  readonly nodes: number;
  readonly folder: string;
  /** How the paths of its logs begin. */
  readonly logs: string;
  readonly programs: ClusterPrograms;
  readonly network: NodeNetwork;
  /** Which PostgreSQL runs as; null: as we do. */
  readonly account: { readonly uid: number; readonly gid: number } | null;
  readonly password: string;
  /** What differs from deploy/patroni/patroni.yml, in YAML. */
  readonly overrides: string;
}

/** A machine of the database cluster: etcd, Patroni and its PostgreSQL. */
export class PatroniNode {
  readonly name: string;
  readonly address: string;
  readonly #options: NodeOptions;
  #etcd: ChildProcess | null = null;
  #patroni: ChildProcess | null = null;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.name = `pg${options.number}`;
    this.address = options.network.addressOf(options.number);
    clearAtExit(() => this.#killNow());
  }

  /** Makes its folders. */
  async prepare(): Promise<void> {
    const { folder, account, overrides } = this.#options;
    const config = join(folder, 'patroni');
    for (const each of [folder, config, join(folder, 'etcd'), join(folder, 'socket'), join(folder, 'data')]) {
      await mkdir(each, { mode: 0o700 });
      if (account) await chown(each, account.uid, account.gid);
    }
    // Patroni reads the files of a folder one after the other.
    await copyFile(CONFIG, join(config, '1-deploy.yml'));
    // All nodes share the file system of this machine.
    const socket = `postgresql:\n  parameters:\n    unix_socket_directories: ${join(folder, 'socket')}\n`;
    await writeFile(join(config, '2-this-machine.yml'), socket);
    await writeFile(join(config, '3-overrides.yml'), overrides);
  }

  async startEtcd(): Promise<void> {
    if (isRunning(this.#etcd)) return;
    const { network, nodes, folder } = this.#options;
    const all = Array.from({ length: nodes }, (_, i) => `pg${i + 1}=http://${network.addressOf(i + 1)}:2380`);
    this.#etcd = await this.#spawn('etcd', [], {
      ...ETCD,
      ETCD_ENABLE_V2: 'true',
      ETCD_PRE_VOTE: 'true',
      ETCD_NAME: this.name,
      ETCD_DATA_DIR: join(folder, 'etcd'),
      ETCD_INITIAL_CLUSTER: all.join(','),
      ETCD_LISTEN_CLIENT_URLS: `http://${this.address}:2379`,
      ETCD_ADVERTISE_CLIENT_URLS: `http://${this.address}:2379`,
      ETCD_LISTEN_PEER_URLS: `http://${this.address}:2380`,
      ETCD_INITIAL_ADVERTISE_PEER_URLS: `http://${this.address}:2380`,
    });
  }

  async startPatroni(): Promise<void> {
    if (isRunning(this.#patroni)) return;
    const { network, nodes, folder, programs, password } = this.#options;
    const etcds = Array.from({ length: nodes }, (_, i) => `${network.addressOf(i + 1)}:2379`);
    this.#patroni = await this.#spawn('patroni', [join(folder, 'patroni')], {
      PATH: `${programs.postgresFolder}${delimiter}${process.env.PATH ?? ''}`,
      PATRONI_NAME: this.name,
      PATRONI_ETCD_HOSTS: etcds.join(','),
      PATRONI_RESTAPI_LISTEN: `${this.address}:8008`,
      PATRONI_RESTAPI_CONNECT_ADDRESS: `${this.address}:8008`,
      PATRONI_POSTGRESQL_LISTEN: `${this.address}:5432`,
      PATRONI_POSTGRESQL_CONNECT_ADDRESS: `${this.address}:5432`,
      PATRONI_POSTGRESQL_DATA_DIR: join(folder, 'data', 'main'),
      PATRONI_POSTGRESQL_BIN_DIR: programs.postgresFolder,
      PATRONI_POSTGRESQL_PGPASS: join(folder, 'data', 'pgpass'),
      PATRONI_SUPERUSER_PASSWORD: password,
      PATRONI_REPLICATION_PASSWORD: password,
      PATRONI_REWIND_PASSWORD: password,
    });
  }

  /** The members as Patroni of this node sees them. */
  async members(): Promise<readonly Member[]> {
    const answer = await fetch(`http://${this.address}:8008/cluster`, { signal: AbortSignal.timeout(2_000) });
    return ((await answer.json()) as { members: Member[] }).members;
  }

  /**
   * Asks Patroni for something, such as `POST /switchover`.
   * @throws if it does not do that
   */
  async ask(path: string, body: object): Promise<void> {
    const answer = await fetch(`http://${this.address}:8008${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(30_000),
    });
    const words = await answer.text();
    if (!answer.ok)
      throw new Error(`Patroni of ${this.name} answers ${path} with ${answer.status}: ${words}`);
  }

  /** kill -9, all processes of PostgreSQL at once. */
  async killPostgres(): Promise<void> {
    const [postmaster] = this.#postgres();
    if (postmaster === undefined) return;
    // It cannot have any more children while it is stopped.
    signalTo(postmaster, 'SIGSTOP');
    const all = this.#postgres();
    for (const pid of all) signalTo(pid, 'SIGKILL');
    while (all.some(isAlive)) await wait(5);
  }

  /** kill -9 of one session's process. */
  crashBackend(): void {
    const child = this.#postgres().slice(1).at(-1);
    if (child !== undefined) signalTo(child, 'SIGKILL');
  }

  /** kill -9: PostgreSQL goes on, and nobody watches over it. */
  killPatroni(): void {
    this.#patroni?.kill('SIGKILL');
  }

  /** As if the machine had lost its power, but for what the file system keeps. */
  async killAll(): Promise<void> {
    this.killPatroni();
    await this.killPostgres();
    this.#etcd?.kill('SIGKILL');
  }

  /** Of PostgreSQL and Patroni, which is frozen for longer: it never sees the other one frozen. */
  freeze(): void {
    this.#patroni?.kill('SIGSTOP');
    for (const pid of this.#postgres()) signalTo(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of this.#postgres()) signalTo(pid, 'SIGCONT');
    this.#patroni?.kill('SIGCONT');
  }

  /** False if that is not possible on this machine. */
  cutOff(): Promise<boolean> {
    return this.#options.network.setLink(this.#options.number, false);
  }

  async putBack(): Promise<void> {
    await this.#options.network.setLink(this.#options.number, true);
  }

  /** Ends whatever was done to it, and starts what does not run. */
  async restore(): Promise<void> {
    await this.putBack();
    this.thaw();
    await this.startEtcd();
    await this.startPatroni();
  }

  /** The postmaster, then its children; none if it does not run. */
  #postgres(): number[] {
    try {
      const file = join(this.#options.folder, 'data', 'main', 'postmaster.pid');
      const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
      return isAlive(pid) ? [pid, ...childrenOf(pid)] : [];
    } catch {
      return [];
    }
  }

  async #spawn(
    program: 'etcd' | 'patroni',
    words: string[],
    settings: Readonly<Record<string, string>>,
  ): Promise<ChildProcess> {
    const { account, network, number, folder, logs, programs } = this.#options;
    const user = account
      ? ['setpriv', `--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups']
      : [];
    const [command, ...rest] = [...network.prefixOf(number), ...user, programs[program], ...words];
    const log = await open(`${logs}-${this.name}-${program}.log`, 'a');
    const env = { ...childEnvironment(), HOME: folder, ...settings };
    const child = spawn(command!, rest, { cwd: folder, env, stdio: ['ignore', log.fd, log.fd] });
    child.on('error', () => undefined);
    await log.close();
    return child;
  }

  #killNow(): void {
    this.killPatroni();
    for (const pid of this.#postgres()) signalTo(pid, 'SIGKILL');
    this.#etcd?.kill('SIGKILL');
  }
}

const isRunning = (child: ChildProcess | null) => child?.exitCode === null && child.signalCode === null;
