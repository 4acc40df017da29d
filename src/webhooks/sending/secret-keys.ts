import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { isLoopback } from '../../platform/config/loopback.js';
import { makePrivateDirectory, PRIVATE_FILE } from '../../platform/config/private-files.js';
import type { Settings } from '../../platform/config/settings.js';
import { NoSecretKey } from '../domain/errors.js';
import { WEBHOOK_SETTINGS, type WebhookSettings } from '../settings/webhook-settings.js';
import { SecretBox, UnknownSecretKey } from './secret-box.js';

const FILE = 'webhooks.key';
const KEY_BYTES = 32;

/**
 * The keys that encrypt secrets: those of `SECRET_KEY`. On a service that only this machine can call there need not be one:
 * a key for development is made when the first webhook is added. It is in the data directory, so that copies of the
 * database do not hold it; `earmark backup` copies it, too, since no secret can be opened without it. It goes on opening
 * what it has sealed once there is a `SECRET_KEY`.
 */
@Injectable()
export class SecretKeys {
  /** Of `SECRET_KEY`; null without one. It is kept, since to derive its keys takes longer than to sign an event. */
  readonly #given: SecretBox | null;
  readonly #dataDir: string;
  readonly #isLocal: boolean;
  /** Of the key for development, once that was read: it never changes. */
  #development: SecretBox | null = null;

  constructor(
    @Inject(WEBHOOK_SETTINGS)
    { secretKeys, dataDir, host }: Pick<WebhookSettings & Settings, 'secretKeys' | 'dataDir' | 'host'>,
  ) {
    this.#given = secretKeys.length > 0 ? new SecretBox(secretKeys) : null;
    this.#dataDir = dataDir;
    this.#isLocal = isLoopback(host);
  }

  /**
   * To seal a new secret.
   * @throws {NoSecretKey}
   */
  async forSealing(): Promise<SecretBox> {
    if (this.#given) return this.#given;
    if (!this.#isLocal) throw new NoSecretKey();
    await makePrivateDirectory(this.#dataDir);
    return (await this.#forDevelopment()) ?? (await this.#makeDevelopmentKey());
  }

  /**
   * Opens what was sealed for a webhook.
   * @throws {UnknownSecretKey} if none of the keys has sealed it
   */
  async open(webhookId: string, sealed: string): Promise<string> {
    const box = this.#given?.canOpen(sealed) ? this.#given : await this.#forDevelopment();
    if (!box) throw new UnknownSecretKey();
    return box.open(webhookId, sealed);
  }

  async #forDevelopment(): Promise<SecretBox | null> {
    try {
      return (this.#development ??= new SecretBox([
        Buffer.from(await readFile(this.#path, 'utf8'), 'base64'),
      ]));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Processes that make one at the same time end up with one: a link is made once, and only to a file that is complete. */
  async #makeDevelopmentKey(): Promise<SecretBox> {
    const draft = `${this.#path}.${randomUUID()}`;
    try {
      await writeFile(draft, randomBytes(KEY_BYTES).toString('base64'), { mode: PRIVATE_FILE, flush: true });
      await link(draft, this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(draft, { force: true });
    }
    return (await this.#forDevelopment())!;
  }

  get #path(): string {
    return join(this.#dataDir, FILE);
  }
}
