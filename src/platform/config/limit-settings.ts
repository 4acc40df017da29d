import { BlockList, isIP } from 'node:net';
import { wholeNumber, wholeNumberOrOff, InvalidSetting } from './setting-parsers.js';

/** What one caller, or all of them together, may take from a process. `docs/operations.md` says what happens past each. */
export interface Limits {
  /** Connections of all callers. */
  readonly connections: number;
  /** Connections of one address, of IPv6 one network of 64 bits. null: no limit of its own. */
  readonly connectionsPerAddress: number | null;
  /** Addresses and networks of the proxies in front, whose `X-Forwarded-For` names the caller. */
  readonly trustedProxies: readonly string[];
  /** The seconds in which a caller must have read an answer. */
  readonly answerSeconds: number;
  /** The largest body of a call whose route sets no limit of its own, in KiB. */
  readonly bodyKib: number;
  /** Costly reads that are answered at once; one caller has half of them at most. */
  readonly costlyReads: number;
  /** Other reads of one caller at once; twice as many of all callers. */
  readonly readsPerCaller: number;
  /** Writes of one caller at once. */
  readonly writesPerCaller: number;
  /** Bytes of answers that one caller has asked for and not read, in MiB. */
  readonly unreadMibPerCaller: number;
  /** Live feeds of one caller. */
  readonly feedsPerCaller: number;
  /** 401, 403 and 404 that one caller is given in a minute. null: any number. */
  readonly failedTries: number | null;
  /** The longest time until a token expires, in hours. */
  readonly tokenHours: number;
}

/**
 * @param set the value of a variable, trimmed; undefined if there is none
 * @throws {InvalidSetting}
 */
export function limitSettings(set: (name: string) => string | undefined): Limits {
  const number = (name: string, preset: number, to: number, what: string) =>
    wholeNumber(name, set(name) ?? String(preset), 1, to, what);
  const numberOrOff = (name: string, preset: number, to: number, what: string) =>
    wholeNumberOrOff(name, set(name) ?? String(preset), 1, to, what);
  return {
    connections: number('CONNECTIONS', 10_000, 1_000_000, 'a number of connections'),
    connectionsPerAddress: numberOrOff(
      'CONNECTIONS_PER_ADDRESS',
      2_500,
      1_000_000,
      'a number of connections',
    ),
    trustedProxies: addresses('TRUSTED_PROXIES', set('TRUSTED_PROXIES')),
    answerSeconds: number('ANSWER_SECONDS', 30, 999, 'a number of seconds'),
    bodyKib: number('BODY_KIB', 64, 1_024, 'a number of KiB'),
    costlyReads: number('COSTLY_READS', 4, 999, 'a number of calls'),
    readsPerCaller: number('READS_PER_CALLER', 256, 99_999, 'a number of calls'),
    writesPerCaller: number('WRITES_PER_CALLER', 2_500, 99_999, 'a number of calls'),
    unreadMibPerCaller: number('UNREAD_MIB_PER_CALLER', 16, 9_999, 'a number of MiB'),
    feedsPerCaller: number('FEEDS_PER_CALLER', 100, 1_000, 'a number of live feeds'),
    failedTries: numberOrOff('FAILED_TRIES', 600, 10_000_000, 'a number of calls a minute'),
    tokenHours: number('OIDC_TOKEN_HOURS', 24, 9_999, 'a number of hours'),
  };
}

/** The limits if nothing is set. */
export const DEFAULT_LIMITS: Limits = limitSettings(() => undefined);

/** Whether an address is one of these, or in one of these networks. */
export function addressList(entries: readonly string[]): (address: string) => boolean {
  if (entries.length === 0) return () => false;
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function addresses(name: string, value = ''): string[] {
  const entries = value.split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '').map((entry) => addressOrNetwork(name, entry));
}

function addressOrNetwork(name: string, entry: string): string {
  const [address = '', bits, ...rest] = entry.split('/');
  const most = { 4: 32, 6: 128 }[isIP(address)] ?? -1;
  // A network of no bits is everyone: then every caller could claim any address.
  const isNetwork =
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most);
  if (most > 0 && isNetwork && rest.length === 0 && !address.includes('%')) return entry;
  throw new InvalidSetting(name, 'must be addresses or networks such as 10.0.0.5,10.1.0.0/16, with commas');
}
