import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { SMTPServer } from 'smtp-server';
import { eventually } from '../../testing/eventually.js';
import { freePort, isListening } from '../../testing/ports.js';
import { programOf } from '../../testing/program-of.js';
import { clearAtExit } from './processes.js';

/** A message as it stands in the stream. */
export interface Message {
  readonly id: string;
  readonly key: string;
  readonly body: string;
}

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
export class Nats implements Broker {
  readonly #program: string;
  readonly #port: number;
  readonly #config: string;
  #process: ChildProcess | null = null;

  private constructor(program: string, port: number, config: string) {
    this.#program = program;
    this.#port = port;
    this.#config = config;
  }

  /** null where the program is not installed. */
  static async start(folder: string): Promise<Nats | null> {
    const program = programOf('nats-server');
    if (program === undefined) return null;
    const port = await freePort();
    await mkdir(folder);
    const config = join(folder, 'nats.conf');
    await writeFile(config, `listen: 127.0.0.1:${port}\njetstream { store_dir: "${folder}" }\n`);
    const nats = new Nats(program, port, config);
    clearAtExit(() => nats.#process?.kill('SIGKILL'));
    await nats.ensureRunning();
    return nats;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  connect(): Promise<NatsConnection> {
    return connect({ servers: this.url });
  }

  async ensureRunning(): Promise<void> {
    this.#process ??= spawn(this.#program, ['-c', this.#config], { stdio: 'ignore' });
    await eventually('NATS takes connections', () => isListening(this.#port));
  }

  /** kill -9 */
  async kill(): Promise<void> {
    const ended = this.#process?.exitCode === null && once(this.#process, 'exit');
    this.#process?.kill('SIGKILL');
    this.#process = null;
    await ended;
  }
}

/** Everything that ever went out over `line_allocated`. */
export async function readMessages(nats: Broker): Promise<Message[]> {
  const connection = await nats.connect();
  try {
    const { state } = await (await jetstreamManager(connection)).streams.info('earmark_line_allocated');
    const messages: Message[] = [];
    if (state.messages === 0) return messages;
    const consumer = await jetstream(connection).consumers.get('earmark_line_allocated');
    for await (const message of await consumer.consume()) {
      const label = (name: string) => message.headers?.get(name) ?? '';
      messages.push({ id: label('Nats-Msg-Id'), key: label('Ordering-Key'), body: message.string() });
      if (message.seq === state.last_seq) break;
    }
    return messages;
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
