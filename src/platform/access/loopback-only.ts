import { isLoopback } from '../config/loopback.js';
import { InvalidSetting } from '../config/setting-parsers.js';
import type { Authenticator } from './authenticator.js';
import type { Scope } from './callers/caller.js';

/**
 * Without access control only this machine may call.
 * @throws {InvalidSetting} if `HOST` can be reached from other machines and access control is off
 */
export function requireLoopbackUntilSecured(
  host: string,
  { isEnabled }: Pick<Authenticator, 'isEnabled'>,
  scopes: readonly Scope[],
): void {
  if (isEnabled || isLoopback(host)) return;
  throw new InvalidSetting(
    'HOST',
    'must be a loopback address such as 127.0.0.1 until there is an API key, or OIDC_ISSUER is set: ' +
      `create a key with \`npm run cli -- keys create NAME --scopes ${scopes.join(',')}\``,
  );
}
