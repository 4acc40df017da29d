import { createTransport } from 'nodemailer';
import { encodeWord } from 'nodemailer/lib/mime-funcs';
import type { Mail } from './mail-transport.js';

/** RFC 2047 allows 75 characters, with the ones that enclose it. */
const LONGEST_ENCODED_WORD = 52;

const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

/** The mail as any mail program can open it. */
export async function compose(mail: Mail) {
  const { message } = await composer.sendMail(messageOf(mail));
  return message;
}

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
