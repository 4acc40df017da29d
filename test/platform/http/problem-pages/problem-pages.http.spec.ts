import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { explainProblem } from '../../../../src/kernel/domain/problem-texts.js';
import { startProbe } from '../probe.js';

interface Page {
  readonly code: string;
  readonly statuses: readonly number[];
  readonly calls: readonly object[];
  readonly ofAnyRequest: boolean;
  readonly example: { readonly instance: string } | null;
}

explainProblem('shelf-full', {
  meaning: 'The shelf <A> is full; `room` says how much it has.',
  action: 'Take another "shelf".',
  repetition: 'after-change',
});
explainProblem('never-answered', { meaning: 'It is.', action: 'Nothing.', repetition: 'look-first' });

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await startProbe();
});
afterAll(() => app.close());

const get = (url: string, accept?: string, headers: object = {}) =>
  app.inject({ url, headers: { ...(accept !== undefined && { accept }), ...headers } });
const read = async (code: string) => (await get(`/problems/${code}`, 'application/json')).json<Page>();

describe('The page of a problem', () => {
  it('says what it means, what to do, whether to repeat the request, and which calls answer with it', async () => {
    expect(await read('shelf-full')).toEqual({
      type: 'urn:earmark:problem:shelf-full',
      code: 'shelf-full',
      title: 'Shelf full',
      statuses: [409],
      meaning: 'The shelf <A> is full; `room` says how much it has.',
      action: 'Take another "shelf".',
      repetition: 'after-change',
      mayBeRepeated: expect.stringMatching(/^Yes, .+\.$/),
      calls: [{ method: 'POST', path: '/v1/shelves', summary: expect.any(String) }],
      ofAnyRequest: false,
      example: expect.objectContaining({ instance: '/v1/shelves', help: '/problems/shelf-full', room: 3 }),
    });
  });

  it('names the status with which each of its calls answers', async () => {
    expect(await read('validation-failed')).toMatchObject({ statuses: [400], ofAnyRequest: false });
    expect((await read('validation-failed')).calls.length).toBeGreaterThan(3);
    expect(await read('not-found')).toMatchObject({ statuses: [404], ofAnyRequest: true });
    expect(await read('never-answered')).toMatchObject({
      statuses: [],
      calls: [],
      ofAnyRequest: false,
      example: null,
    });
  });

  it('is HTML for browsers, in which no text of a problem is markup', async () => {
    const answer = await get('/problems/shelf-full', 'text/html,application/xml;q=0.9,*/*;q=0.8');
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.body).toContain('<h1>Shelf full</h1>');
    expect(answer.body).toContain('The shelf &lt;A&gt; is full; <code>room</code> says');
    expect(answer.body).toContain('Take another &quot;shelf&quot;.');
    expect(answer.body).toMatch(/<a href="\.\.\/docs#\/[\w%-]+\/\w+"><code>POST \/v1\/shelves<\/code><\/a>/);
    expect(answer.body).toContain('&quot;help&quot;: &quot;/problems/shelf-full&quot;');
    expect((await get('/problems/never-answered', 'text/html')).body).toContain('No call of the API does');
  });

  it('loads nothing but its own style sheet, and its policy allows nothing else', async () => {
    const answer = await get('/problems/shelf-full', 'text/html');
    expect(answer.headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(answer.body).not.toMatch(/<script|<style|style=|https?:/);
    for (const [, link = ''] of answer.body.matchAll(/href="([^"#]+)/g)) {
      const { pathname, host } = new URL(link, 'http://service/problems/shelf-full');
      expect([link, host, (await get(pathname)).statusCode]).toEqual([link, 'service', 200]);
    }
    expect((await get('/problems/style.css')).headers['content-type']).toBe('text/css; charset=utf-8');
  });

  it('is JSON or Markdown for who asks for it', async () => {
    const markdown = await get('/problems/shelf-full', 'text/markdown');
    expect(markdown.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(markdown.body).toMatch(
      /^# Shelf full\n\n`urn:earmark:problem:shelf-full`, status 409\n\n## What it/,
    );
    expect(markdown.body).toContain('These calls do:\n- `POST /v1/shelves`: ');
    expect(markdown.headers.vary).toBe('accept, accept-encoding');
    expect((await get('/problems/shelf-full')).headers['content-type']).toBe('text/html; charset=utf-8');
  });

  it('is not sent to who has it already, in each of its forms', async () => {
    for (const accept of ['text/html', 'application/json', 'text/markdown']) {
      const { etag } = (await get('/problems/shelf-full', accept)).headers;
      const again = await get('/problems/shelf-full', accept, { 'if-none-match': etag });
      expect([again.statusCode, again.body]).toEqual([304, '']);
    }
  });

  it('answers HEAD as GET, and no other method', async () => {
    const head = await app.inject({ method: 'HEAD', url: '/problems/shelf-full' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    const post = await app.inject({ method: 'POST', url: '/problems/shelf-full' });
    expect([post.statusCode, post.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

describe('The page of a problem that there is not', () => {
  it.each(['/problems/nonsense', '/problems/%3Cscript%3E', '/problems/__proto__', '/problems/Shelf-Full'])(
    'says so to browsers: %s',
    async (url) => {
      const answer = await get(url, 'text/html');
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.body).toContain('No such problem');
      expect(answer.body).not.toContain('script');
    },
  );

  it('is a problem to programs', async () => {
    const answer = await get('/problems/nonsense', 'application/json');
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([404, 'application/problem+json']);
    expect(answer.json()).toMatchObject({
      type: 'urn:earmark:problem:not-found',
      instance: '/problems/nonsense',
      help: '/problems/not-found',
    });
  });
});

describe('The list of problems', () => {
  it('has all of them, by code, in each form', async () => {
    const { items } = (await get('/problems', 'application/json')).json<{ items: Page[] }>();
    const codes = items.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)].sort());
    expect(codes).toEqual(expect.arrayContaining(['busy', 'never-answered', 'not-found', 'shelf-full']));

    const html = (await get('/problems', 'text/html')).body;
    const markdown = (await get('/problems', 'text/markdown')).body;
    for (const code of codes) {
      expect(html).toContain(`<a href="./problems/${code}">`);
      expect(markdown).toContain(`](/problems/${code})`);
    }
  });

  it('is found with a slash at the end, too', async () => {
    const answer = await get('/problems/');
    expect([answer.statusCode, answer.headers.location]).toEqual([308, '../problems']);
  });
});
