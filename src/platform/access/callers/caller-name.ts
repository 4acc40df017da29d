import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';

/** Addresses that are known; the addresses of those who call again and again are few. */
const MOST_KNOWN = 1_000;
const networks = new Map<string, string>();

/** The address; of IPv6 the network of 64 bits, since the rest is its owner's to choose. */
export function networkOf(ip: string): string {
  let network = networks.get(ip);
  if (network === undefined) {
    network = normalizeIP(ip);
    // To read an address takes longer than to let a call in.
    if (networks.size >= MOST_KNOWN) networks.clear();
    networks.set(ip, network);
  }
  return network;
}

/**
 * What a caller is counted by: its key or the subject of its token; its address if nobody is asked who they are, of IPv6
 * the network of 64 bits, since the rest is its to choose.
 */
export function callerName({ caller: { kind, id }, ip }: Pick<FastifyRequest, 'caller' | 'ip'>): string {
  return kind === 'nothing' ? networkOf(ip) : `${kind} ${id}`;
}
