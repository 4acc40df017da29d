import { encodeWord } from 'nodemailer/lib/mime-funcs';

/** RFC 2047 allows 75 characters, with the ones that enclose it. */
const LONGEST_ENCODED_WORD = 52;

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

/** The mail for nodemailer. `Auto-Submitted` keeps holiday responders from answering it. */
export function messageOf({ id, subject, ...mail }: Mail) {
  const headers = { 'Auto-Submitted': 'auto-generated', Subject: subjectHeader(subject) };
  return { ...mail, headers, messageId: `<${id}@earmark>`, disableFileAccess: true, disableUrlAccess: true };
}

/**
 * A subject may hold codes that callers chose. A mail program would decode a code that looks like an encoded word and
 * show something else, so a subject that is not plain is encoded as a whole.
 */
function subjectHeader(subject: string) {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(subject) && !subject.includes('=?');
  const value = isPlain ? subject : encodeWord(subject, 'B', LONGEST_ENCODED_WORD);
  return { prepared: true, foldLines: true, value };
}
