import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Connection } from './connection.js';
import { frameworkProblem, Problem, PROBLEM_JSON, problemDocument } from '../problems/problem.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** How long a connection that is refused is still read, and nothing done with it. */
const LINGER_MS = 2_000;

/** Connections that are refused for want of room and read for a while longer; those beyond are closed without a word. */
const MOST_LINGERING = 100;

/** The connections that are refused: what else comes over them is of no matter. */
const refused = new WeakSet<Socket>();

/** What Node could not read as HTTP: there is no request and no reply, only the socket. */
export function rejectMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  if (refused.has(socket)) return;
  refused.add(socket);
  const status = statusOfBadHttp[error.code ?? ''] ?? 400;
  const answer = Connection.of(socket)?.newest;
  if (answer === undefined || (answer.req.complete && answer.writableFinished)) refuse(socket, status);
  // The bad request stands behind one that is read and will be answered: in its turn, or that one would seem refused.
  else if (answer.req.complete) answer.once('close', () => refuse(socket, status));
  // It is the rest of a request that has its answer already.
  else if (answer.headersSent) closeLate(socket);
  else refuse(socket, status);
}

const statusOfBadHttp: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** The servers that are watched already. */
const watched = new WeakSet<Server>();

/** Answers what Node would otherwise answer by itself, without a word, or not at all. */
export function watchServer(server: Server): void {
  if (watched.has(server)) return;
  watched.add(server);
  // RFC 9110, 10.1.1: what is expected is more than to be told to go on.
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const { headers, body } = problemOf(417);
    response.writeHead(417, headers).end(body);
  });
  // Asks for a way to another server, whose address stands in the place of ours.
  server.on('connect', (_request: IncomingMessage, socket: Socket) => refuse(socket, 400));
}

/** Refuses requests that Node lets pass. */
export function rejectUnsupported(fastify: FastifyInstance): void {
  watchServer(fastify.server);
  fastify.addHook('onRequest', ({ raw }, _reply, done) => {
    // RFC 9112, 3.2. To Node a second one is as good as none.
    const hosts = hostsOf(raw);
    const isAllowed = hosts === 1 || (hosts === 0 && raw.httpVersion === '1.0');
    if (!isAllowed) done(new Problem(400, 'bad-request', 'The request must have one Host header.'));
    else done(refusedCoding(raw));
  });
}

let lingering = 0;

/** There is no room for the connection: says so to whoever can still read it. */
export function rejectSurplus(socket: Socket): void {
  if (lingering >= MOST_LINGERING) {
    socket.destroy();
    return;
  }
  lingering++;
  socket.once('close', () => lingering--);
  refuse(socket, 503);
}

export const UNKNOWN_CODING = new Problem(
  501,
  'unsupported-transfer-coding',
  'The body must be sent as it is, or in the transfer coding chunked and in no other.',
);

/** RFC 9112, 6.1 and 7.1: what comes in a coding that is not undone here must not be read as if it came in none. */
function refusedCoding({ headers, httpVersion }: IncomingMessage): Problem | undefined {
  const coding = headers['transfer-encoding']?.trim().toLowerCase();
  if (coding === undefined || (coding === 'chunked' && httpVersion !== '1.0')) return undefined;
  // Without chunked as the last one nobody can tell where the body ends.
  const isMalformed =
    httpVersion === '1.0' ||
    !/(?:^|,)\s*chunked$/.test(coding) ||
    /^chunked\s*(?:,\s*chunked\s*)+$/.test(coding);
  if (isMalformed) return frameworkProblem(400);
  return UNKNOWN_CODING;
}

function hostsOf({ rawHeaders }: IncomingMessage): number {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts;
}

function refuse(socket: Socket, status: number): void {
  if (!socket.writable) return;
  const { headers, body } = problemOf(status);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.write([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'));
  closeLate(socket);
}

/**
 * For an answer that is given before all of its request has come. Node closes the connection as soon as such an answer
 * is written; with something unread that resets it, and the answer may be gone before the caller has read it.
 */
export function lingerUntilRead({ socket, complete }: IncomingMessage): void {
  if (!complete) socket.destroySoon = () => closeLate(socket);
}

function closeLate(socket: Socket): void {
  socket.end();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function problemOf(status: number): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify(problemDocument(frameworkProblem(status)));
  const headers = {
    'Content-Type': PROBLEM_JSON,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
    ...(status === 503 && { 'Retry-After': '1' }),
    ...SECURITY_HEADERS,
  };
  return { headers, body };
}
