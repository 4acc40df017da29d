/** A mail to one recipient. */
export interface Mail {
  /** The same at every attempt, so that a mail that comes twice can be recognised. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly date: Date;
}

/** How a mail is sent. */
export abstract class MailTransport {
  /**
   * @throws {MailRefused} if the server will never take it
   * @throws {MailDeferred} if the server does not take it now; any other error means that it takes no mail now
   */
  abstract send(mail: Mail, signal: AbortSignal): Promise<void>;
}

/** The server will never take this mail; its reason is the message. */
export class MailRefused extends Error {}

/** The server does not take this mail now; its reason is the message. */
export class MailDeferred extends Error {}
