import { createTransport } from 'nodemailer';
import { MailDeferred, MailRefused, MailTransport, messageOf, type Mail } from './mail-transport.js';

/** What nodemailer says of a failure. */
interface SmtpFailure {
  /** The command that the server answered. */
  readonly command?: string;
  readonly response?: string;
  /** Whether that answer is for good: 5xx, but for a session gone wrong. */
  readonly permanent?: boolean;
}

/** Hands mails to an SMTP server. Nothing is connected between two mails, and nothing at the start. */
export class SmtpTransport extends MailTransport {
  readonly #transport;

  /** @param url `smtp:` for STARTTLS where the server offers it, `smtps:` for TLS from the first byte */
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
 * Only what is said of the recipient or of the message itself is about this mail. The rest (no connection, no
 * TLS, a wrong password, a sender it will not have) would be said of any other mail too.
 */
function classify(error: unknown): unknown {
  const { command, response, permanent } = error as SmtpFailure;
  const isAboutThisMail = command === 'RCPT TO' || command === 'DATA';
  if (!isAboutThisMail || !response) return error;
  return permanent ? new MailRefused(response) : new MailDeferred(response);
}
