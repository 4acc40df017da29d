import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { eventually } from './eventually.js';
import { freePort, isListening } from './ports.js';
import { programOf } from './program-of.js';

const SERVERS = 3;

/** A server of the cluster, a process of its own with the same ports and data whenever it is started again. */
class NatsServer {
  readonly name: string;
  readonly #port: number;
  readonly #config: string;
  #process: ChildProcess | null = null;

  constructor(name: string, port: number, config: string) {
    this.name = name;
    this.#port = port;
    this.#config = config;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  async ensureRunning(): Promise<void> {
    this.#process ??= spawn(programOf('nats-server')!, ['-c', this.#config], { stdio: 'ignore' });
    await eventually(`${this.name} takes connections`, () => isListening(this.#port));
  }

  /** kill -9, as a machine that fails. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

/** Three NATS servers with JetStream that are one cluster, each with its own data, and an operator's connection to them. */
export class NatsCluster {
  readonly servers: readonly NatsServer[];
  readonly #operator: NatsConnection;

  private constructor(servers: readonly NatsServer[], operator: NatsConnection) {
    this.servers = servers;
    this.#operator = operator;
  }

  /** @param folder for all that the servers keep; it is made */
  static async start(folder: string): Promise<NatsCluster> {
    const ports: number[] = [];
    for (let i = 0; i < 2 * SERVERS; i++) ports.push(await freePort());
    const routes = ports.slice(SERVERS).map((port) => `nats://127.0.0.1:${port}`);
    const servers = await Promise.all(
      routes.map(async (route, i) => {
        const [name, store] = [`nats-${i + 1}`, join(folder, `nats-${i + 1}`)];
        await mkdir(store, { recursive: true });
        const config = join(store, 'nats.conf');
        const lines = [
          `server_name: ${name}`,
          `listen: 127.0.0.1:${ports[i]}`,
          `jetstream { store_dir: "${store}" }`,
          `cluster { name: test, listen: "${route.slice('nats://'.length)}", routes: [${routes.join(', ')}] }`,
        ];
        await writeFile(config, lines.join('\n'));
        return new NatsServer(name, ports[i]!, config);
      }),
    );
    process.once('exit', () => servers.forEach((server) => void server.kill()));
    await Promise.all(servers.map((server) => server.ensureRunning()));
    const operator = await connect({
      servers: servers.map(({ url }) => url),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
    });
    return new NatsCluster(servers, operator);
  }

  /** The addresses of all servers, separated by commas. */
  get url(): string {
    return this.servers.map(({ url }) => url).join(',');
  }

  /** What an operator can do with the streams; fails if the servers do not answer. */
  async manager(): Promise<JetStreamManager> {
    return jetstreamManager(this.#operator, { checkAPI: false, timeout: 1_000 });
  }

  /** The server that leads a stream, or one of its consumers; null while none does. */
  async leaderOf(stream: string, consumer?: string): Promise<NatsServer | null> {
    const { streams, consumers } = await this.manager();
    const info = consumer === undefined ? streams.info(stream) : consumers.info(stream, consumer);
    const name = (await info.catch(() => null))?.cluster?.leader;
    return this.servers.find((server) => server.name === name) ?? null;
  }

  /** Starts what does not run; resolves once all take connections. */
  async ensureRunning(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.ensureRunning()));
  }

  async stop(): Promise<void> {
    await this.#operator.close();
    await Promise.all(this.servers.map((server) => server.kill()));
  }
}
