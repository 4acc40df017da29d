import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { freePort } from './ports.js';
import { ServerProcess } from './server-process.js';

const NAMES = ['nats-1', 'nats-2', 'nats-3'];
const [PASSWORD, ROUTES_PASSWORD] = ['secret', 'routesecret'];

/** A server of the cluster. */
export class NatsServer extends ServerProcess {
  constructor(
    readonly name: string,
    port: number,
    config: string,
    environment: NodeJS.ProcessEnv,
  ) {
    super('nats-server', port, ['-c', config], { env: environment });
  }
}

/** Three NATS servers on one machine, with the configuration of `deploy/nats`, and an operator's connection to them. */
export class NatsCluster {
  readonly servers: readonly NatsServer[];
  readonly #operator: NatsConnection;

  private constructor(servers: readonly NatsServer[], operator: NatsConnection) {
    this.servers = servers;
    this.#operator = operator;
  }

  /**
   * @param folder for all that the servers keep; it is made
   * @param config the file `deploy/nats/nats.conf`
   */
  static async start(folder: string, config: URL): Promise<NatsCluster> {
    const ports: number[] = [];
    for (let i = 0; i < 2 * NAMES.length; i++) ports.push(await freePort());
    const others = ports.slice(NAMES.length);
    const routes = others.map((port) => `nats://routes:${ROUTES_PASSWORD}@127.0.0.1:${port}`);
    const servers = NAMES.map(
      (name, i) =>
        new NatsServer(name, ports[i]!, fileURLToPath(config), {
          NATS_NAME: name,
          NATS_LISTEN: `127.0.0.1:${ports[i]}`,
          NATS_STORE: join(folder, name),
          NATS_PASSWORD: PASSWORD,
          NATS_CLUSTER_LISTEN: `127.0.0.1:${others[i]}`,
          NATS_ROUTES_PASSWORD: ROUTES_PASSWORD,
          NATS_ROUTES: `[${routes.join(', ')}]`,
        }),
    );
    await mkdir(folder, { recursive: true });
    process.once('exit', () => servers.forEach((server) => void server.kill()));
    await Promise.all(servers.map((server) => server.ensureRunning()));
    return new NatsCluster(servers, await connectTo(servers));
  }

  /** The addresses of all servers, separated by commas. */
  get url(): string {
    return this.servers.map(({ port }) => `nats://earmark:${PASSWORD}@127.0.0.1:${port}`).join(',');
  }

  connect(): Promise<NatsConnection> {
    return connectTo(this.servers);
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

  async kill(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
  }

  async stop(): Promise<void> {
    await this.#operator.close();
    await this.kill();
  }
}

const connectTo = (servers: readonly NatsServer[]): Promise<NatsConnection> =>
  connect({
    servers: servers.map(({ port }) => `127.0.0.1:${port}`),
    user: 'earmark',
    pass: PASSWORD,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
  });
