import { describe, expect, it } from '@jest/globals';
import { serviceSettings } from '../../../src/platform/config/service-settings.js';

const KEY = `earmark_${'0'.repeat(16)}_${'a'.repeat(64)}`;
const settings = (environment: Record<string, string>, options: Parameters<typeof serviceSettings>[1] = {}) =>
  serviceSettings((name) => environment[name], options);

describe('The service that commands ask', () => {
  it('is none unless a URL is given', () => {
    expect(settings({ EARMARK_KEY: KEY })).toBeNull();
  });

  it('is that of --url, then that of EARMARK_URL', () => {
    const environment = { EARMARK_URL: 'https://one.example.com', EARMARK_KEY: KEY };

    expect(settings(environment)).toEqual({
      url: new URL('https://one.example.com'),
      key: KEY,
      isHttpAllowed: false,
    });
    expect(settings(environment, { url: 'http://localhost:3000/earmark', allowHttp: true })).toEqual({
      url: new URL('http://localhost:3000/earmark'),
      key: KEY,
      isHttpAllowed: true,
    });
    expect(settings({ EARMARK_URL: 'https://one.example.com' })?.key).toBeNull();
  });

  it.each([
    '',
    'localhost:3000',
    'ftp://example.com',
    'https://example.com?key=1',
    'https://example.com#x',
    'x y',
  ])('must have a URL of a service: %j', (url) => {
    expect(() => settings({}, { url })).toThrow('--url must look like https://earmark.example.com');
  });

  it('names the setting that is wrong', () => {
    expect(() => settings({ EARMARK_URL: 'nowhere' })).toThrow('EARMARK_URL must look like');
  });

  it('does not take the key from the URL, and does not repeat what is there', () => {
    expect(() => settings({}, { url: 'https://admin:s3cret@example.com' })).toThrow(
      /^--url must not contain a user name or a password: set EARMARK_KEY to the API key$/,
    );
  });

  it.each([`${KEY}\n`, 'two words', 'ä', '"quoted"'])(
    'rejects a key that no header carries, without showing it: %j',
    (key) => {
      expect(() => settings({ EARMARK_URL: 'https://example.com', EARMARK_KEY: key })).toThrow(
        /^EARMARK_KEY must be an API key or a token$/,
      );
    },
  );
});
