import { isIP } from 'node:net';
import { isSecureTransport } from './loopback.js';

/** A setting has an invalid value. The message names it in one line, without secrets. */
export class InvalidSetting extends Error {
  constructor(name: string, what: string) {
    super(`${name} ${what}`);
    this.name = 'InvalidSetting';
  }
}

/** The value of an environment variable, trimmed; undefined if it is not set. */
export type SettingReader = (name: string) => string | undefined;

/** Whose JWTs are accepted, and for which audience. */
export interface Oidc {
  /** Exactly as its tokens name it. */
  readonly issuer: string;
  readonly audience: string;
  /** How people sign in to the console there; left out: they cannot. */
  readonly signIn?: { readonly clientId: string; readonly scope: string };
}

/*
 * Each parser reads one variable. `preset` is the value, as one would write it, of a variable that is not set; a setting
 * without one is null then.
 */

/** Whether the service may listen there is decided later, once it is known whether there are API keys. */
export function host(set: SettingReader, name: string, preset: string): string {
  const value = set(name) ?? preset;
  const isName = /^(?=.{1,253}$)[a-z\d_]([\w-]*[a-z\d])?(\.[a-z\d_]([\w-]*[a-z\d])?)*$/i.test(value);
  // Digits and dots alone would be an address.
  if (isIP(value) !== 0 || (isName && !/^[\d.]+$/.test(value))) return value;
  throw new InvalidSetting(
    name,
    'must be an address or a name of this machine, such as 127.0.0.1, 0.0.0.0 or localhost',
  );
}

/** @param what it is, e.g. `a number of seconds` */
export function wholeNumber(
  set: SettingReader,
  name: string,
  preset: string,
  from: number,
  to: number,
  what: string,
): number {
  const value = set(name) ?? preset;
  if (/^\d{1,9}$/.test(value) && Number(value) >= from && Number(value) <= to) return Number(value);
  throw new InvalidSetting(name, `must be ${what}, from ${from} to ${to}`);
}

/** @returns null for `off` */
export function wholeNumberOrOff(...setting: Parameters<typeof wholeNumber>): number | null {
  const [set, name, preset, from, to, what] = setting;
  const isOff = (set(name) ?? preset) === 'off';
  return isOff ? null : wholeNumber(set, name, preset, from, to, `off or ${what}`);
}

export function postgresUrl(set: SettingReader, name: string): string | null {
  const value = set(name);
  return value === undefined ? null : requirePostgresUrl(name, value);
}

export function postgresUrls(set: SettingReader, name: string): string[] {
  const urls = (set(name) ?? '').split(',').map((url) => url.trim());
  return urls.filter((url) => url !== '').map((url) => requirePostgresUrl(name, url));
}

function requirePostgresUrl(name: string, value: string): string {
  if (URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol)) return value;
  throw new InvalidSetting(name, 'must look like postgres://user:password@host:5432/database');
}

/** A URL of a server, of one of these protocols. */
export function serverUrl(
  set: SettingReader,
  name: string,
  protocol: RegExp,
  example: string,
): string | null {
  const value = set(name);
  if (value === undefined || isServer(value, protocol)) return value ?? null;
  throw new InvalidSetting(name, `must look like ${example}`);
}

export function natsUrl(set: SettingReader, name: string): string | null {
  const value = set(name);
  if (value === undefined || value.split(',').every((url) => isServer(url, /^(nats|tls):$/)))
    return value ?? null;
  throw new InvalidSetting(
    name,
    'must look like nats://user:password@host:4222; separate several URLs by commas',
  );
}

function isServer(value: string, protocol: RegExp): boolean {
  const url = URL.canParse(value) ? new URL(value) : null;
  return url !== null && protocol.test(url.protocol) && url.hostname !== '';
}

export const mailAddress = (set: SettingReader, name: string, preset: string): string =>
  requireMailAddress(name, set(name) ?? preset);

export function mailAddresses(set: SettingReader, name: string, preset: string): string[] {
  const list = (set(name) ?? preset).split(',');
  const addresses = list.map((address) => requireMailAddress(name, address.trim()));
  // Mail servers ignore case: two spellings would be one recipient with twice the mails.
  const spellings = addresses.map((address) => address.toLowerCase());
  return addresses.filter((_, i) => spellings.indexOf(spellings[i]!) === i);
}

function requireMailAddress(name: string, value: string): string {
  if (/^[^\s@<>,;\p{Cc}]+@[^\s@<>,;\p{Cc}]+$/u.test(value)) return value;
  throw new InvalidSetting(name, 'must be a mail address such as stock@example.com');
}

export function hours(set: SettingReader, name: string, preset: string): number {
  const value = set(name) ?? preset;
  if (/^\d{1,4}(\.\d+)?$/.test(value)) return Number(value);
  throw new InvalidSetting(name, 'must be a number of hours such as 24 or 0.5; 0 means no quiet time');
}

export function oidc(
  issuer: string | undefined,
  audience: string | undefined,
  clientId?: string,
  scope = 'openid',
): Oidc | null {
  if (clientId !== undefined && issuer === undefined)
    throw new InvalidSetting('OIDC_ISSUER', 'must be set if OIDC_CLIENT_ID is');
  if (issuer === undefined && audience === undefined) return null;
  if (issuer === undefined) throw new InvalidSetting('OIDC_ISSUER', 'must be set if OIDC_AUDIENCE is');
  // A token for another service must not be valid here.
  if (audience === undefined) throw new InvalidSetting('OIDC_AUDIENCE', 'must be set if OIDC_ISSUER is');
  // RFC 6749, 3.3
  if (!/^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(scope))
    throw new InvalidSetting('OIDC_SCOPE', 'must be a list of scopes, separated by spaces, such as openid');
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  // OpenID Connect Discovery 1.0, 3: https, without query and fragment. On this machine http does.
  if (!url || !isSecureTransport(url) || /[?#@\s]/.test(issuer))
    throw new InvalidSetting(
      'OIDC_ISSUER',
      'must look like https://login.example.com, exactly as in the claim iss of its tokens',
    );
  return { issuer, audience, ...(clientId !== undefined && { signIn: { clientId, scope } }) };
}

export function timeZone(set: SettingReader, name: string, preset: string): string {
  const value = set(name) ?? preset;
  try {
    // Newer versions of Node take offsets such as +02:00 as well, which have no summer time.
    new Intl.DateTimeFormat('en', { timeZone: value });
    if (!/^[+-]/.test(value)) return value;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new InvalidSetting(name, 'must be the name of a time zone such as UTC or Europe/Amsterdam');
}

export function oneOf<T extends string>(
  set: SettingReader,
  name: string,
  preset: T,
  allowed: readonly T[],
): T {
  const value = set(name) ?? preset;
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new InvalidSetting(name, `must be one of ${allowed.join(', ')}`);
  return found;
}
