import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';

/** Addresses that are remembered; frequent callers have few. */
const MOST_KNOWN = 1_000;
const networks = new Map<string, string>();

/** The address itself, or the /64 network of an IPv6 address, in which its owner may choose any. */
export function networkOf(ip: string): string {
  let network = networks.get(ip);
  if (network === undefined) {
    network = normalizeIP(ip);
    // Parsing an address takes longer than admitting a call.
    if (networks.size >= MOST_KNOWN) networks.clear();
    networks.set(ip, network);
  }
  return network;
}

/** The name under which limits count a caller: its key or the subject of its token, or its network without access control. */
export function callerName({ caller: { kind, id }, ip }: Pick<FastifyRequest, 'caller' | 'ip'>): string {
  return kind === 'nothing' ? networkOf(ip) : `${kind} ${id}`;
}
