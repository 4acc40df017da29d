import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { eventually } from '../../testing/eventually.js';

/** A mail as it came in. */
export interface Delivered {
  readonly from: string;
  readonly to: string;
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly isEncrypted: boolean;
}

/** A real SMTP server that keeps what it is given. */
export class MailServer {
  readonly mails: Delivered[] = [];
  /** What it answers to an address instead of taking its mail. */
  readonly refusals = new Map<string, { readonly code: number; readonly words: string }>();
  readonly #server: SMTPServer;

  private constructor(options: SMTPServerOptions) {
    this.#server = new SMTPServer({
      disableReverseLookup: true,
      logger: false,
      closeTimeout: 10,
      onRcptTo: ({ address }, _session, done) => {
        const refusal = this.refusals.get(address);
        done(refusal && Object.assign(new Error(refusal.words), { responseCode: refusal.code }));
      },
      onData: (stream, { envelope: { mailFrom, rcptTo }, secure }, done) => {
        void text(stream).then((message) => {
          const end = message.indexOf('\r\n\r\n');
          const [head, body] = [message.slice(0, end), message.slice(end + 4).replaceAll('=\r\n', '')];
          const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1] ?? '';
          this.mails.push({
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(({ address }) => address).join(),
            messageId: header('Message-ID'),
            subject: header('Subject'),
            text: body.trim(),
            isEncrypted: secure,
          });
          done();
        });
      },
      ...options,
    });
    // A client that hangs up is its own business.
    this.#server.on('error', () => undefined);
  }

  /** Plain SMTP without a password, unless the options say otherwise. */
  static async start(port = 0, options: SMTPServerOptions = PLAIN): Promise<MailServer> {
    const server = new MailServer(options);
    await new Promise<void>((resolve) => server.#server.listen(port, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  refuse(address: string, code: number, words: string): void {
    this.refusals.set(address, { code, words });
  }

  /** Resolves with all mails that have come, once there are as many. */
  async has(count: number): Promise<readonly Delivered[]> {
    return eventually(`${count} mails at the server`, () => this.mails.length >= count && this.mails);
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }
}

const PLAIN: SMTPServerOptions = { disabledCommands: ['AUTH', 'STARTTLS'], authOptional: true };
