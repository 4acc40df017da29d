import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { isLoopback } from '../../platform/config/loopback.js';
import { makePrivateDirectory, PRIVATE_FILE } from '../../platform/config/private-files.js';
import type { Settings } from '../../platform/config/settings.js';
import { NoSecretKey } from '../domain/errors.js';
import { WEBHOOK_SETTINGS, type WebhookSettings } from '../settings/webhook-settings.js';
import { SecretBox } from './secret-box.js';

const FILE = 'webhooks.key';
const KEY_BYTES = 32;

/**
 * The keys that encrypt secrets: those of `SECRET_KEY`. On a service that only this machine can call there need not be one:
 * a key for development is made when the first webhook is added. It is in the data directory, so that copies of the
 * database do not hold it, and it goes on opening what it has sealed once there is a `SECRET_KEY`.
 */
@Injectable()
export class SecretKeys {
  readonly #keys: readonly Buffer[];
  readonly #dataDir: string;
  readonly #isLocal: boolean;
  /** Once it was read: it never changes. */
  #development: Buffer | null = null;

  constructor(
    @Inject(WEBHOOK_SETTINGS)
    { secretKeys, dataDir, host }: Pick<WebhookSettings & Settings, 'secretKeys' | 'dataDir' | 'host'>,
  ) {
    this.#keys = secretKeys;
    this.#dataDir = dataDir;
    this.#isLocal = isLoopback(host);
  }

  /**
   * To seal a new secret.
   * @throws {NoSecretKey}
   */
  async forSealing(): Promise<SecretBox> {
    if (this.#keys.length > 0) return new SecretBox(this.#keys);
    if (!this.#isLocal) throw new NoSecretKey();
    await makePrivateDirectory(this.#dataDir);
    return new SecretBox([(await this.#developmentKey()) ?? (await this.#makeDevelopmentKey())]);
  }

  /** To open what was sealed. */
  async forOpening(): Promise<SecretBox> {
    const key = await this.#developmentKey();
    return new SecretBox(key ? [...this.#keys, key] : this.#keys);
  }

  async #developmentKey(): Promise<Buffer | null> {
    try {
      return (this.#development ??= Buffer.from(await readFile(this.#path, 'utf8'), 'base64'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Processes that make one at the same time end up with one: a link is made once, and only to a file that is complete. */
  async #makeDevelopmentKey(): Promise<Buffer> {
    const draft = `${this.#path}.${randomUUID()}`;
    try {
      await writeFile(draft, randomBytes(KEY_BYTES).toString('base64'), { mode: PRIVATE_FILE, flush: true });
      await link(draft, this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(draft, { force: true });
    }
    return (await this.#developmentKey())!;
  }

  get #path(): string {
    return join(this.#dataDir, FILE);
  }
}
