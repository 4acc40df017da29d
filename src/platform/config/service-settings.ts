import { InvalidSetting, type SettingReader } from './setting-parsers.js';

/** Where the command line finds a service that runs elsewhere, and who it is there. */
export interface ServiceSettings {
  readonly url: URL;
  /** An API key or a token; null: none. */
  readonly key: string | null;
  /** Whether the key may go to another machine over plain HTTP. */
  readonly isHttpAllowed: boolean;
}

/** As `Authorization` carries it (RFC 6750): everything else would be an error that shows it. */
const TOKEN = /^[\w\-.~+/]+=*$/;

/**
 * @param options of the command line, which come first
 * @returns null if there is no URL: commands work on the database
 * @throws {InvalidSetting}
 */
export function serviceSettings(
  set: SettingReader,
  { url: given, allowHttp = false }: { readonly url?: string; readonly allowHttp?: boolean },
): ServiceSettings | null {
  const name = given === undefined ? 'EARMARK_URL' : '--url';
  const text = given ?? set('EARMARK_URL');
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    throw new InvalidSetting(name, 'must look like https://earmark.example.com');
  if (url.username !== '' || url.password !== '')
    throw new InvalidSetting(
      name,
      'must not contain a user name or a password: set EARMARK_KEY to the API key',
    );
  const key = set('EARMARK_KEY') ?? null;
  if (key !== null && !TOKEN.test(key))
    throw new InvalidSetting('EARMARK_KEY', 'must be an API key or a token');
  return { url, key, isHttpAllowed: allowHttp };
}
