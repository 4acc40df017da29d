import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { MailTransport, messageOf, type Mail } from './mail-transport.js';

/** Leaves mails as `.eml` files in a folder, where any mail program can open them. */
export class MailFolder extends MailTransport {
  readonly #folder: string;
  readonly #composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

  constructor(folder: string) {
    super();
    this.#folder = folder;
  }

  /** The same mail again replaces its file and adds none. */
  async send(mail: Mail): Promise<void> {
    const { message } = await this.#composer.sendMail(messageOf(mail));
    await mkdir(this.#folder, { recursive: true });
    const file = path.join(this.#folder, `${mail.id}.eml`);
    // Written aside and moved, so that nobody ever reads half a mail.
    await writeFile(`${file}.part`, message);
    await rename(`${file}.part`, file);
  }
}
