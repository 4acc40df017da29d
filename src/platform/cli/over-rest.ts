import { isSecureTransport } from '../config/loopback.js';
import { listenForStop } from '../shutdown/stop.js';
import { stopWithNpm } from '../shutdown/with-npm.js';
import type { ServiceSettings } from '../config/service-settings.js';
import type { Ways } from './ask.js';
import { outputClosed } from './output.js';
import { Service } from './rest/service.js';

/**
 * Does a command's work over REST.
 * @throws {Error} if the key could be read on the way
 */
export async function overRest<T>(
  { url, key, isHttpAllowed }: ServiceSettings,
  { overRest, show }: Pick<Ways<never, T>, 'overRest' | 'show'>,
): Promise<void> {
  if (key !== null && !isHttpAllowed && !isSecureTransport(url))
    throw new Error(
      `EARMARK_KEY would go to ${url.host} unencrypted: use https, or --allow-http if nobody can listen on the way.`,
    );
  const stop = listenForStop();
  stopWithNpm(stop);
  outputClosed.addEventListener('abort', () => stop.ask('SIGPIPE'), { once: true });
  const result = await overRest(new Service({ url, key, signal: stop.signal }));
  show?.(result);
}
