import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SecretBox, UnknownSecretKey } from '../../src/webhooks/sending/secret-box.js';
import { SecretKeys } from '../../src/webhooks/sending/secret-keys.js';
import { webhookSettings } from '../../src/webhooks/settings/webhook-settings.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq=';
const [older, newer] = [randomBytes(32), randomBytes(32)];

describe('A sealed secret', () => {
  it('is opened with the key that has sealed it, also behind a newer one', () => {
    const sealed = new SecretBox([older]).seal('webhook-1', SECRET);
    expect(sealed).not.toContain(SECRET);
    expect(new SecretBox([newer, older]).open('webhook-1', sealed)).toBe(SECRET);
  });

  it('is not opened without that key', () => {
    const sealed = new SecretBox([older]).seal('webhook-1', SECRET);
    expect(() => new SecretBox([newer]).open('webhook-1', sealed)).toThrow('SECRET_KEY');
  });

  it('is not opened for another webhook, or after a change', () => {
    const box = new SecretBox([older]);
    const sealed = box.seal('webhook-1', SECRET);
    expect(() => box.open('webhook-2', sealed)).toThrow();
    const [version, id, text] = sealed.split('.') as [string, string, string];
    const changed = Buffer.from(text, 'base64url');
    changed[20]! ^= 1;
    expect(() => box.open('webhook-1', [version, id, changed.toString('base64url')].join('.'))).toThrow();
    expect(() => box.open('webhook-1', ['v2', id, text].join('.'))).toThrow();
    expect(() => box.open('webhook-1', [version, id, text.slice(0, -4)].join('.'))).toThrow();
  });

  it('is sealed differently each time', () => {
    const box = new SecretBox([older]);
    expect(box.seal('webhook-1', SECRET)).not.toBe(box.seal('webhook-1', SECRET));
  });
});

describe('The keys that seal secrets', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'earmark-keys-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const keysOf = (host: string, ...secretKeys: Buffer[]) => new SecretKeys({ secretKeys, dataDir, host });

  it('are those of SECRET_KEY, and no file is made', async () => {
    const sealed = (await keysOf('0.0.0.0', newer, older).forSealing()).seal('webhook-1', SECRET);
    expect(new SecretBox([newer]).open('webhook-1', sealed)).toBe(SECRET);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('are needed on a service that other machines can call', async () => {
    await expect(keysOf('0.0.0.0').forSealing()).rejects.toMatchObject({ code: 'no-secret-key' });
    await expect(keysOf('::').forSealing()).rejects.toMatchObject({ code: 'no-secret-key' });
  });

  it('are one in a file of its owner while only this machine can call, however many processes begin', async () => {
    const boxes = await Promise.all(Array.from({ length: 8 }, () => keysOf('127.0.0.1').forSealing()));
    const sealed = boxes.map((box) => box.seal('webhook-1', SECRET));

    expect(await readdir(dataDir)).toEqual(['webhooks.key']);
    expect((await stat(join(dataDir, 'webhooks.key'))).mode & 0o777).toBe(0o600);
    expect(Buffer.from(await readFile(join(dataDir, 'webhooks.key'), 'utf8'), 'base64')).toHaveLength(32);
    const keys = keysOf('0.0.0.0', newer);
    for (const each of sealed) expect(await keys.open('webhook-1', each)).toBe(SECRET);
  });

  it('open what one of them has sealed, and nothing else', async () => {
    const keys = keysOf('0.0.0.0', newer, older);
    const sealed = new SecretBox([older]).seal('webhook-1', SECRET);
    expect(await keys.open('webhook-1', sealed)).toBe(SECRET);
    await expect(keys.open('webhook-2', sealed)).rejects.toThrow();
    const foreign = new SecretBox([randomBytes(32)]).seal('webhook-1', SECRET);
    await expect(keys.open('webhook-1', foreign)).rejects.toThrow(UnknownSecretKey);
    await keysOf('127.0.0.1').forSealing();
    await expect(keys.open('webhook-1', foreign)).rejects.toThrow(UnknownSecretKey);
  });
});

describe('SECRET_KEY', () => {
  const read = (value: string) => webhookSettings((name) => (name === 'SECRET_KEY' ? value : undefined));

  it('is 32 bytes in Base64 or hexadecimal, older ones behind commas', () => {
    const { secretKeys } = read(`${newer.toString('base64')}, ${older.toString('hex')}`);
    expect(secretKeys).toEqual([newer, older]);
  });

  it.each(['short', randomBytes(16).toString('base64'), randomBytes(33).toString('base64'), 'x'.repeat(64)])(
    'that is not stops the start and is not repeated: %s',
    (value) => {
      expect(() => read(value)).toThrow(/^SECRET_KEY must be 32 random bytes/);
      expect(() => read(value)).not.toThrow(value);
    },
  );
});
