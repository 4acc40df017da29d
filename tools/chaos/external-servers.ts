import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { SMTPServer } from 'smtp-server';
import { freePort } from '../../testing/ports.js';
import { programOf } from '../../testing/program-of.js';
import { readStream, type StreamMessage } from '../../testing/read-stream.js';
import { ServerProcess } from '../../testing/server-process.js';
import { clearAtExit } from './processes.js';

export interface Mail {
  /** Of the notification that it is. */
  readonly id: string;
}

/** NATS with JetStream that goes away and comes back with what it had. */
export interface Broker {
  readonly url: string;
  connect(): Promise<NatsConnection>;
  ensureRunning(): Promise<void>;
  /** kill -9 */
  kill(): Promise<void>;
}

/** A server that is alone. */
export class Nats extends ServerProcess implements Broker {
  /** null where the program is not installed. */
  static async start(folder: string): Promise<Nats | null> {
    if (programOf('nats-server') === undefined) return null;
    const port = await freePort();
    await mkdir(folder);
    const config = join(folder, 'nats.conf');
    await writeFile(config, `listen: 127.0.0.1:${port}\njetstream { store_dir: "${folder}" }\n`);
    const nats = new Nats('nats-server', port, ['-c', config]);
    clearAtExit(() => nats.signal('SIGKILL'));
    await nats.ensureRunning();
    return nats;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  connect(): Promise<NatsConnection> {
    return connect({ servers: this.url });
  }
}

/** Everything that ever went out over `line_allocated`. */
export async function readMessages(nats: Broker): Promise<StreamMessage[]> {
  const connection = await nats.connect();
  try {
    return await readStream(connection, 'earmark_line_allocated');
  } finally {
    await connection.close();
  }
}

/** A mail server that keeps what it is given, and goes away in between. */
export class MailServer {
  readonly mails: Mail[] = [];
  readonly #port: number;
  #server: SMTPServer | null = null;

  private constructor(port: number) {
    this.#port = port;
  }

  static async start(): Promise<MailServer> {
    const server = new MailServer(await freePort());
    await server.ensureRunning();
    return server;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  async ensureRunning(): Promise<void> {
    if (this.#server) return;
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      authOptional: true,
      disableReverseLookup: true,
      logger: false,
      closeTimeout: 10,
      onData: (stream, _session, done) => {
        void text(stream).then(
          (message) => {
            this.mails.push({ id: /^Message-ID: <(.+)@earmark>/m.exec(message)?.[1] ?? '' });
            done();
          },
          // Its sender has hung up in the middle.
          (error: Error) => done(error),
        );
      },
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
