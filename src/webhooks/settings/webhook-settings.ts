import { isIP } from 'node:net';
import {
  InvalidSetting,
  wholeNumberOrOff,
  type SettingReader,
} from '../../platform/config/setting-parsers.js';

/** How webhooks are sent, and where to. `.env.example` says what each setting means. */
export interface WebhookSettings {
  /** 32 bytes each: the first encrypts, and each decrypts what it has encrypted. */
  readonly secretKeys: readonly Buffer[];
  /** What may be called although it is not public. */
  readonly webhookAllow: readonly Allowed[];
  /** After how many days deliveries that have ended are deleted. null: never. */
  readonly webhookDays: number | null;
}

/** A host by its name, or a network by its address and the length of its prefix. */
export type Allowed =
  | { readonly host: string }
  | { readonly network: string; readonly prefix: number; readonly family: 'ipv4' | 'ipv6' };

/** The token under which they are injected. */
export const WEBHOOK_SETTINGS = Symbol('webhook settings');

const KEY_BYTES = 32;
/** More than the three days that all attempts take: until then what has succeeded says whether a receiver is gone. */
const FEWEST_DAYS = 4;

/** @throws {InvalidSetting} */
export function webhookSettings(set: SettingReader): WebhookSettings {
  return {
    secretKeys: listed(set, 'SECRET_KEY').map(requireKey),
    webhookAllow: listed(set, 'WEBHOOK_ALLOW').map(requireAllowed),
    webhookDays: wholeNumberOrOff(set, 'WEBHOOK_DAYS', '30', FEWEST_DAYS, 99_999, 'a number of days'),
  };
}

const listed = (set: SettingReader, name: string): string[] =>
  (set(name) ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

function requireKey(text: string): Buffer {
  const isHex = /^[\da-f]{64}$/i.test(text);
  const isBase64 = /^[A-Za-z\d+/]{43}=?$/.test(text);
  if (isHex || isBase64) return Buffer.from(text, isHex ? 'hex' : 'base64');
  // The value is a secret and is not repeated.
  throw new InvalidSetting(
    'SECRET_KEY',
    `must be ${KEY_BYTES} random bytes in Base64, such as \`openssl rand -base64 ${KEY_BYTES}\` prints; older keys follow after commas`,
  );
}

function requireAllowed(text: string): Allowed {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  const bits = version === 6 ? 128 : 32;
  if (version !== 0 && rest.length === 0 && (prefix === undefined || isWithin(prefix, bits))) {
    return { network: address, prefix: Number(prefix ?? bits), family: version === 6 ? 'ipv6' : 'ipv4' };
  }
  // Digits and dots alone would be an address.
  if (version === 0 && prefix === undefined && /^(?![\d.]+$)[a-z\d_]([a-z\d_.-]*[a-z\d])?$/i.test(text)) {
    return { host: text.toLowerCase() };
  }
  throw new InvalidSetting(
    'WEBHOOK_ALLOW',
    'must be addresses, networks or hosts, separated by commas, such as 10.1.0.0/16,fd00::/8,hooks.internal',
  );
}

const isWithin = (prefix: string, bits: number): boolean =>
  /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
