import { createTransport } from 'nodemailer';
import { MailDeferred, MailRefused, MailTransport, type Mail } from './mail-transport.js';
import { messageOf } from './message.js';

/** The part of nodemailer's errors that matters here. */
interface SmtpFailure {
  /** The command that the server answered. */
  readonly command?: string;
  readonly response?: string;
  /** Whether the answer is final: 5xx, unless the session has gone wrong. */
  readonly permanent?: boolean;
}

/** Sends mails to an SMTP server, with a connection of its own for each. */
export class SmtpTransport extends MailTransport {
  readonly #transport;

  /** @param url `smtp:` for STARTTLS if the server offers it, `smtps:` for TLS from the start */
  constructor(url: string) {
    super();
    this.#transport = createTransport({
      url,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 20_000,
      dnsTimeout: 5_000,
    });
  }

  async send(mail: Mail, signal: AbortSignal): Promise<void> {
    try {
      await this.#transport.sendMail({ ...messageOf(mail), signal });
    } catch (error) {
      throw classify(error);
    }
  }
}

/**
 * Only an answer about the recipient or the message concerns this mail. Everything else (no connection, no TLS, a wrong
 * password, a rejected sender) concerns every mail.
 */
function classify(error: unknown): unknown {
  const { command, response, permanent } = error as SmtpFailure;
  const isAboutThisMail = command === 'RCPT TO' || command === 'DATA';
  if (!isAboutThisMail || !response) return error;
  return permanent ? new MailRefused(response) : new MailDeferred(response);
}
