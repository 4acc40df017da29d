import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { AddressGuard } from '../../src/webhooks/sending/address-guard.js';
import { webhookSettings } from '../../src/webhooks/settings/webhook-settings.js';

/** What names of these tests resolve to. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'shop.example.com': ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'],
  'inside.example.com': ['10.0.0.5'],
  'half-inside.example.com': ['93.184.216.34', '192.168.1.1'],
  'metadata.google.internal': ['169.254.169.254'],
  localhost: ['127.0.0.1', '::1'],
  'localhost.': ['127.0.0.1'],
  'wildcard.nip.example': ['127.0.0.1'],
  'mapped.example.com': ['::ffff:10.0.0.1'],
};

function guardThatAllows(allowed = '', names = NAMES): AddressGuard {
  const settings = webhookSettings((name) => (name === 'WEBHOOK_ALLOW' ? allowed : undefined));
  return new AddressGuard(settings, (host) => {
    const addresses = names[host];
    if (!addresses) return Promise.reject(new Error('ENOTFOUND'));
    return Promise.resolve(addresses.map((address): LookupAddress => ({ address, family: isIP(address) })));
  });
}

describe('A webhook may be sent to', () => {
  it.each([
    'https://shop.example.com/hook?token=1',
    'https://shop.example.com:8443/',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/',
    // At the edges of ranges that are refused.
    'https://9.255.255.255/',
    'https://11.0.0.0/',
    'https://100.63.255.255/',
    'https://100.128.0.0/',
    'https://126.255.255.255/',
    'https://128.0.0.0/',
    'https://169.253.255.255/',
    'https://172.15.255.255/',
    'https://172.32.0.0/',
    'https://223.255.255.255/',
    'https://[2001:200::1]/',
    'https://[2001:db7:ffff::1]/',
    'https://[2003::1]/',
    'https://[3fff:1000::1]/',
  ])('a public address: %s', async (url) => {
    await expect(guardThatAllows().check(url)).resolves.toBeUndefined();
  });
});

describe('A webhook is refused', () => {
  it.each([
    // Loopback, and the ways to write it.
    ['loopback', 'https://127.0.0.1/'],
    ['all of loopback', 'https://127.255.255.254/'],
    ['loopback as a decimal number', 'https://2130706433/'],
    ['loopback as an octal number', 'https://017700000001/'],
    ['loopback as a hexadecimal number', 'https://0x7f000001/'],
    ['loopback in octal parts', 'https://0177.0.0.01/'],
    ['loopback in hexadecimal parts', 'https://0x7f.0x0.0x0.0x1/'],
    ['loopback with parts left out', 'https://127.1/'],
    ['loopback in full-width digits', 'https://１２７.０.０.１/'],
    ['loopback in circled digits', 'https://①②⑦.⓪.⓪.①/'],
    ['loopback with ideographic stops', 'https://127。0。0。1/'],
    ['loopback, percent-encoded', 'https://%31%32%37.0.0.1/'],
    ['loopback with a dot at the end', 'https://127.0.0.1./'],
    ['loopback of IPv6', 'https://[::1]/'],
    ['loopback of IPv6, written out', 'https://[0:0:0:0:0:0:0:1]/'],
    ['localhost', 'https://localhost/'],
    ['localhost with a dot', 'https://localhost./'],
    ['a public name for loopback', 'https://wildcard.nip.example/'],
    // This host and this network.
    ['no address', 'https://0.0.0.0/'],
    ['zero', 'https://0/'],
    ['no address of IPv6', 'https://[::]/'],
    ['this network', 'https://0.1.2.3/'],
    // Private networks.
    ['10/8', 'https://10.0.0.5/'],
    ['172.16/12', 'https://172.16.0.1/'],
    ['the end of 172.16/12', 'https://172.31.255.255/'],
    ['192.168/16', 'https://192.168.0.1/'],
    ['a private address as a number', 'https://3232235777/'],
    ['a unique local address', 'https://[fc00::1]/'],
    ['the other half of unique local addresses', 'https://[fd12:3456:789a::1]/'],
    ['a site-local address', 'https://[fec0::1]/'],
    ['a network that carriers share', 'https://100.64.0.1/'],
    ['a name for a private address', 'https://inside.example.com/'],
    ['a name of which one address is private', 'https://half-inside.example.com/'],
    // Link-local addresses and what clouds tell their machines.
    ['link-local', 'https://169.254.0.1/'],
    ['link-local of IPv6', 'https://[fe80::1]/'],
    ['the metadata of clouds', 'https://169.254.169.254/latest/meta-data/'],
    ['the metadata by its name', 'https://metadata.google.internal/'],
    ['the metadata as a number', 'https://2852039166/'],
    ['the metadata of AWS in IPv6', 'https://[fd00:ec2::254]/'],
    ['the metadata of Alibaba', 'https://100.100.100.200/'],
    ['the metadata of Oracle', 'https://192.0.0.192/'],
    ['the platform of Azure', 'https://168.63.129.16/'],
    // An IPv4 address within one of IPv6.
    ['mapped loopback', 'https://[::ffff:127.0.0.1]/'],
    ['mapped loopback in hexadecimal', 'https://[::ffff:7f00:1]/'],
    ['mapped private address', 'https://[::ffff:10.0.0.1]/'],
    ['a mapped address behind a name', 'https://mapped.example.com/'],
    ['a mapped public address', 'https://[::ffff:93.184.216.34]/'],
    ['translated address (SIIT)', 'https://[::ffff:0:127.0.0.1]/'],
    ['compatible address', 'https://[::127.0.0.1]/'],
    ['6to4 of loopback', 'https://[2002:7f00:1::]/'],
    ['6to4 of the metadata', 'https://[2002:a9fe:a9fe::]/'],
    ['NAT64 of the metadata', 'https://[64:ff9b::169.254.169.254]/'],
    ['NAT64 of a local prefix', 'https://[64:ff9b:1::10.0.0.1]/'],
    ['Teredo', 'https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/'],
    ['ISATAP in a link-local network', 'https://[fe80::5efe:127.0.0.1]/'],
    // Multicast, broadcast, reserved.
    ['multicast', 'https://224.0.0.1/'],
    ['the end of multicast', 'https://239.255.255.255/'],
    ['multicast of IPv6', 'https://[ff02::1]/'],
    ['reserved', 'https://240.0.0.1/'],
    ['broadcast', 'https://255.255.255.255/'],
    // Documentation, benchmarks, protocols.
    ['documentation 1', 'https://192.0.2.1/'],
    ['documentation 2', 'https://198.51.100.1/'],
    ['documentation 3', 'https://203.0.113.1/'],
    ['documentation of IPv6', 'https://[2001:db8::1]/'],
    ['newer documentation of IPv6', 'https://[3fff:fff::1]/'],
    ['benchmarks', 'https://198.18.0.1/'],
    ['the end of benchmarks', 'https://198.19.255.255/'],
    ['benchmarks of IPv6', 'https://[2001:2::1]/'],
    ['ORCHID', 'https://[2001:20::1]/'],
    ['relays of 6to4', 'https://192.88.99.1/'],
    ['discard only', 'https://[100::1]/'],
    ['segment routing', 'https://[5f00::1]/'],
    ['no address at all', 'https://unknown.example.com/'],
  ])('if it leads to %s', async (_what, url) => {
    await expect(guardThatAllows().check(url)).rejects.toMatchObject({ code: 'webhook-address-refused' });
  });

  it.each([
    ['plain HTTP', 'http://shop.example.com/'],
    ['another protocol', 'ftp://shop.example.com/'],
    ['a file', 'file:///etc/passwd'],
    ['data', 'data:text/plain,hello'],
    ['a user', 'https://user@shop.example.com/'],
    ['a password', 'https://:secret@shop.example.com/'],
    ['a fragment', 'https://shop.example.com/#top'],
    ['a zone of IPv6', 'https://[fe80::1%25eth0]/'],
    ['no host', 'https:///hook'],
    ['a path only', '/hook'],
    ['no end', `https://shop.example.com/${'x'.repeat(2_048)}`],
  ])('if its address has %s', async (_what, url) => {
    await expect(guardThatAllows().check(url)).rejects.toMatchObject({ code: 'webhook-address-refused' });
  });
});

describe('WEBHOOK_ALLOW', () => {
  it.each([
    ['10.0.0.0/8', 'http://10.0.0.5:8080/'],
    ['10.0.0.5', 'https://10.0.0.5/'],
    ['10.0.0.0/8', 'http://inside.example.com/'],
    ['10.0.0.0/8', 'http://mapped.example.com/'],
    ['inside.example.com', 'http://inside.example.com/'],
    ['INSIDE.example.com', 'https://inside.example.com/'],
    ['fd00::/8', 'https://[fd12::1]/'],
    ['127.0.0.1,::1', 'http://localhost/'],
    ['localhost', 'http://localhost./'],
  ])('that lists %s allows %s', async (allowed, url) => {
    await expect(guardThatAllows(allowed).check(url)).resolves.toBeUndefined();
  });

  it.each([
    ['10.0.0.4', 'https://10.0.0.5/'],
    ['10.0.0.0/8', 'https://192.168.0.1/'],
    ['127.0.0.1', 'https://localhost/'],
    ['example.com', 'https://inside.example.com/'],
    ['192.168.0.0/16', 'http://half-inside.example.com/'],
    ['fd00::/8', 'https://10.0.0.5/'],
    ['inside.example.com', 'https://10.0.0.5/'],
  ])('that lists %s does not allow %s', async (allowed, url) => {
    await expect(guardThatAllows(allowed).check(url)).rejects.toMatchObject({
      code: 'webhook-address-refused',
    });
  });

  it.each(['10.0.0.0/33', '10.0.0.0/8/8', 'fd00::/129', '300.1.1.1', 'http://inside', '-x', '10.0.0.0/'])(
    'that lists %s stops the start',
    (allowed) => {
      expect(() => guardThatAllows(allowed)).toThrow('WEBHOOK_ALLOW must be addresses, networks or hosts');
    },
  );
});
