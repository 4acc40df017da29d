import { lookup as resolveName, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { withTimeLimit } from '../../kernel/lifecycle/time-limit.js';
import { AddressRefused } from '../domain/errors.js';
import { WEBHOOK_SETTINGS, type WebhookSettings } from '../settings/webhook-settings.js';
import { isPublic } from './public-addresses.js';

/** Finds all addresses of a name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** The token under which it is injected. */
export const RESOLVE = Symbol('resolve');

/** A resolver that is silent must not keep the caller who adds a webhook. */
const RESOLVE_MS = 5_000;
const LONGEST_URL = 2_048;

const lookupAll = promisify(resolveName);

/** As the operating system resolves it. */
export const resolveBySystem: Resolve = (host) =>
  withTimeLimit(lookupAll(host, { all: true }), RESOLVE_MS, () => new AddressRefused('cannot be resolved'));

/**
 * Keeps webhooks out of private networks. An address is checked when a webhook is added and again whenever a connection is
 * made: what is connected to is the address that was checked, so a name that means something else by then gains nothing.
 */
@Injectable()
export class AddressGuard {
  readonly #hosts: ReadonlySet<string>;
  readonly #networks = new BlockList();
  readonly #resolve: Resolve;

  constructor(
    @Inject(WEBHOOK_SETTINGS) { webhookAllow }: Pick<WebhookSettings, 'webhookAllow'>,
    @Inject(RESOLVE) resolve: Resolve,
  ) {
    this.#hosts = new Set(webhookAllow.flatMap((each) => ('host' in each ? [each.host] : [])));
    for (const each of webhookAllow) {
      if ('network' in each) this.#networks.addSubnet(each.network, each.prefix, each.family);
    }
    this.#resolve = resolve;
  }

  /**
   * Checks the form of an address and what it resolves to now.
   * @throws {AddressRefused}
   */
  async check(text: string): Promise<void> {
    const url = this.parse(text);
    await this.addressesOf(url.hostname, url.protocol === 'https:');
  }

  /** @throws {AddressRefused} unless it is the URL of a web server, without credentials */
  parse(text: string): URL {
    if (text.length > LONGEST_URL) throw new AddressRefused(`must have at most ${LONGEST_URL} characters`);
    const url = URL.canParse(text) ? new URL(text) : null;
    if (!url || !/^https?:$/.test(url.protocol))
      throw new AddressRefused('must be a URL that begins with https://');
    if (url.username || url.password) throw new AddressRefused('must not hold a user or a password');
    if (url.hash) throw new AddressRefused('must not have a fragment: it would not be sent');
    return url;
  }

  /**
   * For a connection: resolves the name and passes on the addresses that were checked, to which Node connects. The name stays
   * what the server is asked for, and what its certificate is checked against.
   */
  lookupFor(isEncrypted: boolean): LookupFunction {
    return (host, { all }, callback) => {
      this.addressesOf(host, isEncrypted).then(
        (addresses) => {
          const [first] = addresses;
          if (all) callback(null, [...addresses]);
          else callback(null, first!.address, first!.family);
        },
        (error: Error) => callback(error, '', 0),
      );
    };
  }

  /**
   * The addresses of a host, if all of them may be called.
   * @param isEncrypted whether the connection will be; otherwise only what `WEBHOOK_ALLOW` lists may be called
   * @throws {AddressRefused}
   */
  async addressesOf(hostname: string, isEncrypted: boolean): Promise<readonly LookupAddress[]> {
    const host = hostname.replace(/^\[|\]$/g, '');
    const family = isIP(host);
    const addresses = family === 0 ? await this.#resolved(host) : [{ address: host, family }];
    const isTrusted = this.#hosts.has(host.toLowerCase().replace(/\.$/, ''));
    const allAre = (test: (address: LookupAddress) => boolean) => isTrusted || addresses.every(test);
    if (!allAre(({ address, family }) => this.#isListed(address, family) || isPublic(address))) {
      throw new AddressRefused('is not public: WEBHOOK_ALLOW may list it');
    }
    if (!isEncrypted && !allAre(({ address, family }) => this.#isListed(address, family))) {
      throw new AddressRefused('must begin with https://, unless WEBHOOK_ALLOW lists it');
    }
    return addresses;
  }

  async #resolved(host: string): Promise<readonly LookupAddress[]> {
    const addresses = await this.#resolve(host).catch(() => []);
    if (addresses.length === 0) throw new AddressRefused('cannot be resolved');
    return addresses;
  }

  #isListed(address: string, family: number): boolean {
    return this.#networks.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}
