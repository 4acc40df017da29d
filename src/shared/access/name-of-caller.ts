import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';

/**
 * What a caller is counted by: its key or the subject of its token; its address if nobody is asked who they are, of IPv6
 * the network of 64 bits, since the rest is its to choose.
 */
export function nameOfCaller({ caller: { by, id }, ip }: Pick<FastifyRequest, 'caller' | 'ip'>): string {
  return by === 'nothing' ? normalizeIP(ip) : `${by} ${id}`;
}
