import { isIPv4 } from 'node:net';

/** Whether an address or a name stands for this machine alone, whatever network it is on. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** Whether what is asked for at this address cannot be read or changed on its way. */
export function isSecureTransport({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, '')));
}
