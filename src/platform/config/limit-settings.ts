import { BlockList, isIP } from 'node:net';
import { wholeNumber, wholeNumberOrOff, InvalidSetting, type SettingReader } from './setting-parsers.js';

/** What one caller, or all of them together, may take from a process. `docs/operations.md` says what happens past each. */
export type Limits = Readonly<ReturnType<typeof limitSettings>>;

/** @throws {InvalidSetting} */
export function limitSettings(set: SettingReader) {
  const number = (name: string, preset: string, to: number, what: string) =>
    wholeNumber(set, name, preset, 1, to, what);
  const numberOrOff = (name: string, preset: string, to: number, what: string) =>
    wholeNumberOrOff(set, name, preset, 1, to, what);
  return {
    /** Of all callers, at some 25 KiB each. Further ones are closed. */
    connections: number('CONNECTIONS', '10000', 1_000_000, 'a number of connections'),
    /** Of IPv6, of a network of 64 bits. */
    connectionsPerAddress: numberOrOff(
      'CONNECTIONS_PER_ADDRESS',
      '2500',
      1_000_000,
      'a number of connections',
    ),
    /** Their `X-Forwarded-For` names the caller. */
    trustedProxies: addresses('TRUSTED_PROXIES', set('TRUSTED_PROXIES')),
    /** In which a caller must have read an answer. */
    answerSeconds: number('ANSWER_SECONDS', '30', 999, 'a number of seconds'),
    /** Of a call whose route sets no limit of its own. */
    bodyKib: number('BODY_KIB', '64', 1_024, 'a number of KiB'),
    /** That are answered at once; one caller has half of them at most. */
    costlyReads: number('COSTLY_READS', '4', 999, 'a number of calls'),
    /** Other reads at once; all callers have twice as many. */
    readsPerCaller: number('READS_PER_CALLER', '256', 99_999, 'a number of calls'),
    /** Bulk calls at once; one caller has half of them at most. */
    bulkCalls: number('BULK_CALLS', '8', 999, 'a number of calls'),
    writesPerCaller: number('WRITES_PER_CALLER', '2500', 99_999, 'a number of calls'),
    unreadMibPerCaller: number('UNREAD_MIB_PER_CALLER', '16', 9_999, 'a number of MiB'),
    feedsPerCaller: number('FEEDS_PER_CALLER', '100', 1_000, 'a number of live feeds'),
    /** 401, 403 and 404 of one caller. Ten a second is neither a person who mistypes nor a client that gives up. */
    failedTries: numberOrOff('FAILED_TRIES', '600', 10_000_000, 'a number of calls a minute'),
    /** The longest time until a token expires. */
    tokenHours: number('OIDC_TOKEN_HOURS', '24', 9_999, 'a number of hours'),
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
  throw new InvalidSetting(
    name,
    'must be addresses or networks, separated by commas, such as 10.0.0.5,10.1.0.0/16',
  );
}
