/** A mail to one recipient. */
export interface Mail {
  /** The same at every attempt, so that a mail which comes twice can be told by it. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly date: Date;
}

/** How a mail leaves the house. */
export abstract class MailTransport {
  /**
   * @throws {MailRefused} where it will never be taken
   * @throws {MailDeferred} where this one is not taken for now; any other error says that none is
   */
  abstract send(mail: Mail, signal: AbortSignal): Promise<void>;
}

/** The server will have nothing of this mail, and says why. */
export class MailRefused extends Error {}

/** The server will not have this mail for the moment, and says why. */
export class MailDeferred extends Error {}

/** The mail as it is written out. Its headers keep those who are on holiday from answering a machine. */
export function messageOf({ id, ...mail }: Mail) {
  const headers = { 'Auto-Submitted': 'auto-generated' };
  return { ...mail, headers, messageId: `<${id}@earmark>`, disableFileAccess: true, disableUrlAccess: true };
}
