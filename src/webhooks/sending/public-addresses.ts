import { BlockList, isIPv4 } from 'node:net';

/** IANA's special-purpose registry, multicast, and addresses at which clouds answer their own machines. */
const NOT_PUBLIC_IPV4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by carriers; the metadata of Alibaba is in it
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // the platform of Azure
  '169.254.0.0/16', // link-local; the metadata of most clouds is in it
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments; the metadata of Oracle is in it
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // automatic multicast tunnelling
  '192.88.99.0/24', // relays of 6to4
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
];

/** Global unicast is 2000::/3: everything else, as loopback, mapped, NAT64, unique local and multicast addresses, is not public. */
const NOT_PUBLIC_IPV6 = [
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001::/23', // protocol assignments: Teredo, benchmarks, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: an IPv4 address is in it
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
];

/** A list for each family: in one list, `::/3` would contain every IPv4 address. */
const notPublicIpv4 = blockList(NOT_PUBLIC_IPV4, 'ipv4');
const notPublicIpv6 = blockList(NOT_PUBLIC_IPV6, 'ipv6');

function blockList(networks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address, prefix] = network.split('/');
    list.addSubnet(address!, Number(prefix), family);
  }
  return list;
}

/** Whether anyone on the internet can have this address: it is on no network of ours, and in no range that stands for another. */
export function isPublic(address: string): boolean {
  return isIPv4(address) ? !notPublicIpv4.check(address, 'ipv4') : !notPublicIpv6.check(address, 'ipv6');
}
