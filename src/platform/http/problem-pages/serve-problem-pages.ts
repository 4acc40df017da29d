import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { frameworkProblem } from '../problems/problem.js';
import { preferredType } from '../protocol/preferred-type.js';
import { STORED_ROUTE, StoredAnswer } from '../protocol/stored-answer.js';
import { noSuchProblem, problemAsHtml, problemsAsHtml, STYLE } from './problem-html.js';
import { problemAsJson, problemsAsJson } from './problem-json.js';
import { problemAsMarkdown, problemsAsMarkdown } from './problem-markdown.js';
import { problemPages, type ProblemPage } from './problem-page.js';

const HTML = 'text/html';
/** In the order of our preference: a client that accepts anything gets the page for people. */
const TYPES = [HTML, 'application/json', 'text/markdown'] as const;

/** A later release may have the page. */
const UNSTORED = { vary: 'accept', 'cache-control': 'no-store' };

/** One resource in each of its forms. */
type Forms = Readonly<Record<(typeof TYPES)[number], StoredAnswer>>;

/**
 * Serves `GET /problems` and a page for each problem, which needs no key: what it means, what to do, whether the request may be
 * repeated, and which calls answer with it. Browsers get HTML, which loads nothing from elsewhere; others JSON or Markdown if
 * they ask for it.
 * @param document the API document, which is made when it is asked for first
 */
export function serveProblemPages(fastify: FastifyInstance, document: () => OpenAPIObject): void {
  let made: ReadonlyMap<string, ProblemPage> | null = null;
  const pages = () => (made ??= problemPages(document()));
  const list = formsOf(
    () => problemsAsHtml(pages().values(), './'),
    () => problemsAsJson(pages().values()),
    () => problemsAsMarkdown(pages().values()),
  );
  const style = new StoredAnswer('text/css; charset=utf-8', () => STYLE);
  const known = new Map<string, Forms>();
  const formsOfCode = (code: string): Forms | undefined => {
    const page = pages().get(code);
    if (!page) return undefined;
    let forms = known.get(code);
    if (!forms) {
      forms = formsOf(
        () => problemAsHtml(page, '../'),
        () => problemAsJson(page),
        () => problemAsMarkdown(page),
      );
      known.set(code, forms);
    }
    return forms;
  };

  fastify.get('/problems', STORED_ROUTE, (request, reply) => sendForm(list, request, reply));
  fastify.get('/problems/', (_request, reply) => reply.redirect('../problems', 308));
  fastify.get('/problems/style.css', STORED_ROUTE, (request, reply) => style.send(request, reply));
  fastify.get<{ Params: { code: string } }>('/problems/:code', STORED_ROUTE, async (request, reply) => {
    const forms = formsOfCode(request.params.code);
    if (forms) return sendForm(forms, request, reply);
    if (preferredType(TYPES, request.headers.accept) !== HTML) throw frameworkProblem(404, UNSTORED);
    return reply
      .code(404)
      .headers({ ...UNSTORED, 'content-type': `${HTML}; charset=utf-8` })
      .send(noSuchProblem('../'));
  });
}

const formsOf = (html: () => string, json: () => object, markdown: () => string): Forms => ({
  [HTML]: new StoredAnswer(`${HTML}; charset=utf-8`, html, ['accept']),
  'application/json': new StoredAnswer('application/json; charset=utf-8', () => JSON.stringify(json()), [
    'accept',
  ]),
  'text/markdown': new StoredAnswer('text/markdown; charset=utf-8', markdown, ['accept']),
});

const sendForm = (forms: Forms, request: FastifyRequest, reply: FastifyReply): Promise<void> =>
  forms[preferredType(TYPES, request.headers.accept)].send(request, reply);
