import { readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { makePrivate, makePrivateDirectory, PRIVATE_FILE } from '../../platform/config/private-files.js';
import { MailTransport, type Mail } from './mail-transport.js';

/** Writes mails as `.eml` files, which any mail program can open. */
export class FileTransport extends MailTransport implements OnApplicationBootstrap {
  readonly #dataDir: string;
  readonly #directory: string;

  constructor(dataDir: string) {
    super();
    this.#dataDir = dataDir;
    this.#directory = path.join(dataDir, 'mail');
  }

  /** Makes files private that an earlier release left readable for others. */
  async onApplicationBootstrap(): Promise<void> {
    const names = await readdir(this.#directory).catch(() => null);
    if (names === null) return;
    await this.#makeDirectories();
    for (const name of names) await makePrivate(path.join(this.#directory, name));
  }

  /** The same mail again replaces its file. */
  async send(mail: Mail): Promise<void> {
    // Loads the library that writes mails, which a service that has none to send can do without.
    const { compose } = await import('./message.js');
    const message = await compose(mail);
    await this.#makeDirectories();
    const file = path.join(this.#directory, `${mail.id}.eml`);
    // Written under another name and renamed, so that a reader never sees half a mail.
    await writeFile(`${file}.part`, message, { mode: PRIVATE_FILE });
    await rename(`${file}.part`, file);
  }

  async #makeDirectories(): Promise<void> {
    await makePrivateDirectory(this.#dataDir);
    await makePrivateDirectory(this.#directory);
  }
}
