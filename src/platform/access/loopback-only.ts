import { isLoopback } from '../config/loopback.js';
import { InvalidSetting } from '../config/setting-parsers.js';
import type { Authenticator } from './authenticator.js';
import type { Scope } from './callers/caller.js';

/**
 * Where nobody is asked who they are, nobody from another machine may call.
 * @throws {InvalidSetting} where `HOST` can be reached from elsewhere and nobody is asked
 */
export function requireLoopbackUntilSecured(
  host: string,
  { isEnabled: isOn }: Pick<Authenticator, 'isEnabled'>,
  scopes: readonly Scope[],
): void {
  if (isOn || isLoopback(host)) return;
  throw new InvalidSetting(
    'HOST',
    'must be a loopback address such as 127.0.0.1 until there is an API key, or OIDC_ISSUER is set: ' +
      `create a key with \`npm run cli -- keys create NAME --scopes ${scopes.join(',')}\``,
  );
}
