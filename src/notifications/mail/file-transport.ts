import { readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { makePrivate, makePrivateDirectory, PRIVATE_FILE } from '../../platform/config/private-files.js';
import { MailTransport, messageOf, type Mail } from './mail-transport.js';

/** Leaves mails as `.eml` files in a directory, where any mail program of its owner can open them. */
export class FileTransport extends MailTransport implements OnApplicationBootstrap {
  readonly #dataDir: string;
  readonly #directory: string;
  readonly #composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

  constructor(dataDir: string) {
    super();
    this.#dataDir = dataDir;
    this.#directory = path.join(dataDir, 'mail');
  }

  /** Closes what a version before has left open to others. */
  async onApplicationBootstrap(): Promise<void> {
    const names = await readdir(this.#directory).catch(() => null);
    if (names === null) return;
    await this.#makeDirectories();
    for (const name of names) await makePrivate(path.join(this.#directory, name));
  }

  /** The same mail again replaces its file and adds none. */
  async send(mail: Mail): Promise<void> {
    const { message } = await this.#composer.sendMail(messageOf(mail));
    await this.#makeDirectories();
    const file = path.join(this.#directory, `${mail.id}.eml`);
    // Written aside and moved, so that nobody ever reads half a mail.
    await writeFile(`${file}.part`, message, { mode: PRIVATE_FILE });
    await rename(`${file}.part`, file);
  }

  async #makeDirectories(): Promise<void> {
    await makePrivateDirectory(this.#dataDir);
    await makePrivateDirectory(this.#directory);
  }
}
