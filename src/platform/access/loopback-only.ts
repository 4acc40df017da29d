import { isLoopback } from '../config/loopback.js';
import { WrongSetting } from '../config/setting-parsers.js';
import type { Access } from './authenticator.js';
import { SCOPES } from './callers/scope.js';

/**
 * Where nobody is asked who they are, nobody from another machine may call.
 * @throws {WrongSetting} where `HOST` can be reached from elsewhere and nobody is asked
 */
export function refuseStrangers(host: string, { isOn }: Pick<Access, 'isOn'>): void {
  if (isOn || isLoopback(host)) return;
  throw new WrongSetting(
    'HOST',
    'must be a loopback address such as 127.0.0.1 until there is an API key, or OIDC_ISSUER is set: ' +
      `create a key with \`npm run cli -- keys create NAME --scopes ${SCOPES.join(',')}\``,
  );
}
