import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** The form of a sealed text: `v1.<id of the key>.<nonce, ciphertext and tag in Base64url>`. */
const VERSION = 'v1';

/** None of the keys that there are has sealed this. */
export class UnknownSecretKey extends Error {
  constructor() {
    super('SECRET_KEY lacks the key that encrypted the secrets of this webhook: add that key after a comma.');
    this.name = 'UnknownSecretKey';
  }
}

interface Key {
  /** Public: says which key has sealed a text. */
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * Encrypts the secrets of webhooks, so that a copy of the database does not hold them. Each is bound to its webhook: copied
 * to another one, it cannot be opened.
 */
export class SecretBox {
  readonly #keys: readonly Key[];

  /** @param keys 32 random bytes each, one at least to seal: the first seals, and each opens what it has sealed */
  constructor(keys: readonly Buffer[]) {
    this.#keys = keys.map(derived);
  }

  seal(webhookId: string, secret: string): string {
    const key = this.#keys[0]!;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, key.bytes, iv).setAAD(Buffer.from(webhookId));
    const sealed = Buffer.concat([iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [VERSION, key.id, sealed.toString('base64url')].join('.');
  }

  canOpen(sealed: string): boolean {
    const [, id] = sealed.split('.');
    return this.#keys.some((key) => key.id === id);
  }

  /** @throws {UnknownSecretKey} if none of its keys has sealed it */
  open(webhookId: string, sealed: string): string {
    const [version, id, text = ''] = sealed.split('.');
    const key = this.#keys.find((each) => each.id === id);
    if (version !== VERSION || !key) throw new UnknownSecretKey();
    const bytes = Buffer.from(text, 'base64url');
    const decipher = createDecipheriv(CIPHER, key.bytes, bytes.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(webhookId))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    const secret = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
    return Buffer.concat([secret, decipher.final()]).toString('utf8');
  }
}

/** A key of its own for this purpose, so that `SECRET_KEY` can serve others, too. */
function derived(key: Buffer): Key {
  const bytes = Buffer.from(hkdfSync('sha256', key, '', 'earmark webhooks v1', key.length));
  return { bytes, id: hash('sha256', bytes, 'hex').slice(0, 8) };
}
