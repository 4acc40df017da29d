import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startProbe } from '../probe.js';

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await startProbe();
});
afterAll(() => app.close());

const COMMON = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};
const NOTHING = "default-src 'none'; frame-ancestors 'none'";

describe('An answer', () => {
  it.each([
    [200, 'GET', '/v1/shelves'],
    [200, 'GET', '/v1/shelves/A-1'],
    [204, 'DELETE', '/v1/shelves/A-1'],
    [404, 'GET', '/v1/shelves/missing'],
    [400, 'GET', '/v1/shelves?limit=x'],
    [400, 'GET', '/v1/shelves/%ff'],
    [414, 'GET', `/v1/shelves/${'x'.repeat(2_000)}`],
    [404, 'GET', '/nope'],
    [404, 'GET', '/docsnt'],
    [405, 'PUT', '/v1/shelves'],
    [200, 'GET', '/openapi.json'],
  ] as const)('is nobody else’s, and is not kept: %i for %s %s', async (status, method, url) => {
    const { statusCode, headers } = await app.inject({ method, url });

    expect(statusCode).toBe(status);
    expect(headers).toMatchObject({
      ...COMMON,
      'content-security-policy': NOTHING,
      'cache-control': 'no-store',
    });
    // There is no TLS in here to insist on.
    expect(headers).not.toHaveProperty('strict-transport-security');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(headers).not.toHaveProperty('server');
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it('with security headers keeps its ETag', async () => {
    expect((await app.inject('/v1/shelves/A-1')).headers).toMatchObject({ etag: '"7"' });
  });

  it('has security headers even if the request is malformed', async () => {
    const socket = connect((app.getHttpServer().address() as { port: number }).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('nonsense\r\n\r\n');
    const [head = ''] = (await text(socket)).split('\r\n\r\n');

    for (const [name, value] of Object.entries(COMMON)) expect(head).toContain(`${name}: ${value}`);
  });
});

describe('The page to call the API from', () => {
  const PAGES = ['/docs', '/docs/', '/docs/index.html', '/docs?url=https://evil.example.com'];

  it.each([...PAGES, '/docs/swagger-ui-init.js', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css'])(
    'may run and load what this service serves, and nothing else: %s',
    async (url) => {
      const { statusCode, headers } = await app.inject(url);
      const directives = String(headers['content-security-policy'])
        .split('; ')
        .map((directive): [string, string] => [directive.replace(/ .*/, ''), directive.replace(/^\S+ /, '')]);

      expect(statusCode).toBe(200);
      expect(headers).toMatchObject(COMMON);
      expect(Object.fromEntries(directives)).toEqual({
        'default-src': "'none'",
        'script-src': "'self'",
        'style-src': "'self'",
        'img-src': "'self' data:",
        'connect-src': "'self'",
        'base-uri': "'none'",
        'form-action': "'none'",
        'frame-ancestors': "'none'",
      });
    },
  );

  it.each(PAGES)(
    'has no script, style or handler in it that its policy would not let pass: %s',
    async (url) => {
      const page = (await app.inject(url)).body;
      const TAG = /<(\/?)([a-z]+)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*>/g;
      const words = page.replace(TAG, '').replace('<!doctype html>', '');
      const tags = [...page.matchAll(TAG)].map(([tag, slash, name = '', rest = '']) => ({
        tag,
        isEnd: slash === '/',
        name,
        attributes: Object.fromEntries(
          [...rest.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(([, key, value]) => [key, value]),
        ) as Record<string, string>,
      }));

      // The whole of the page was understood: nothing is left of it but its title.
      expect(words.trim()).toBe('Earmark: the API');
      const names = new Set(tags.map(({ name }) => name));
      expect([...names].sort()).toEqual(['body', 'div', 'head', 'html', 'link', 'meta', 'script', 'title']);
      for (const { tag, attributes } of tags) {
        const inline = Object.keys(attributes).filter((key) => key === 'style' || key.startsWith('on'));
        expect([tag, inline]).toEqual([tag, []]);
      }
      const scripts = tags.filter(({ name, isEnd }) => name === 'script' && !isEnd);
      expect(scripts.length).toBe(3);
      expect(scripts.every(({ attributes }) => 'src' in attributes)).toBe(true);
      expect(page.match(/<script[^>]*>(?!<\/script>)/g)).toBeNull();
      for (const { attributes } of tags) {
        const link = attributes.src ?? attributes.href;
        if (link === undefined) continue;
        const target = new URL(link, new URL(url, 'http://localhost'));
        expect(target.origin).toBe('http://localhost');
        const file = await app.inject(target.pathname);
        expect([target.pathname, file.statusCode]).toEqual([target.pathname, 200]);
        expect(file.headers['content-type']).toMatch(
          link.endsWith('.js') ? /javascript/ : link.endsWith('.css') ? /^text\/css/ : /^image\/png/,
        );
      }
    },
  );
});
