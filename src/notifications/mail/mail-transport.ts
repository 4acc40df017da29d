import { encodeWord } from 'nodemailer/lib/mime-funcs';

/** RFC 2047: 75 characters, with those around it. */
const LONGEST_ENCODED_WORD = 52;

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
export function messageOf({ id, subject, ...mail }: Mail) {
  const headers = { 'Auto-Submitted': 'auto-generated', Subject: subjectHeader(subject) };
  return { ...mail, headers, messageId: `<${id}@earmark>`, disableFileAccess: true, disableUrlAccess: true };
}

/**
 * A subject holds codes that callers chose. One that looks like an encoded word would be decoded by the mail program
 * and show something else: so a subject that is not plain is encoded as a whole.
 */
function subjectHeader(subject: string) {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(subject) && !subject.includes('=?');
  const value = isPlain ? subject : encodeWord(subject, 'B', LONGEST_ENCODED_WORD);
  return { prepared: true, foldLines: true, value };
}
