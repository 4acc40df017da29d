import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Connection } from './connection.js';
import { frameworkProblem, Problem, PROBLEM_JSON, problemDocument } from '../problems/problem.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { explainProblem } from '../../../kernel/domain/problem-texts.js';

/** How long a rejected connection is still read, and what arrives ignored. */
const LINGER_MS = 2_000;

/** Surplus connections that get an answer and linger; those beyond are closed without one. */
const MOST_LINGERING = 100;

/** Rejected connections: what else arrives on them is ignored. */
const rejected = new WeakSet<Socket>();

/** Answers what Node could not read as HTTP: there is no request and no reply, only the socket. */
export function rejectMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  if (rejected.has(socket) || (error.code === TOO_SLOW && maySendSlowly.has(socket))) return;
  rejected.add(socket);
  const status = statusOfBadHttp[error.code ?? ''] ?? 400;
  const answer = Connection.of(socket)?.newest;
  if (answer === undefined || (answer.req.complete && answer.writableFinished)) reject(socket, status);
  // A good request is being answered before it: the rejection follows, or that one would seem rejected.
  else if (answer.req.complete) answer.once('close', () => reject(socket, status));
  // It is the rest of a request that is answered already.
  else if (answer.headersSent) closeAfterLinger(socket);
  else reject(socket, status);
}

const TOO_SLOW = 'ERR_HTTP_REQUEST_TIMEOUT';

const statusOfBadHttp: Record<string, number> = {
  [TOO_SLOW]: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** Connections whose request may take longer to arrive than others. */
const maySendSlowly = new WeakSet<Socket>();

/** Lets a request take its time to arrive: it is answered while it does, by who looks after that. */
export function allowLongArrival({ socket }: IncomingMessage): void {
  maySendSlowly.add(socket);
}

/** Servers with these listeners. */
const handled = new WeakSet<Server>();

/** Answers with a problem what Node would answer without one, or not at all. */
export function answerOddRequests(server: Server): void {
  if (handled.has(server)) return;
  handled.add(server);
  // RFC 9110, 10.1.1: it expects more than 100-continue.
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const { headers, body } = rawProblem(417);
    response.writeHead(417, headers).end(body);
  });
  // CONNECT asks for a tunnel to another server, whose address stands in place of a path.
  server.on('connect', (_request: IncomingMessage, socket: Socket) => reject(socket, 400));
}

/** Rejects requests that Node accepts. */
export function rejectUnsupported(fastify: FastifyInstance): void {
  answerOddRequests(fastify.server);
  fastify.addHook('onRequest', ({ raw }, _reply, done) => {
    // RFC 9112, 3.2. Node ignores a second one.
    const hosts = hostsOf(raw);
    const isAllowed = hosts === 1 || (hosts === 0 && raw.httpVersion === '1.0');
    if (!isAllowed) done(new Problem(400, 'bad-request', 'The request must have one Host header.'));
    else done(rejectedCoding(raw));
  });
  // Node drops what it reads together with the rest of a request that asks for another protocol: the request after it.
  fastify.addHook('onSend', ({ raw }, reply, payload, done) => {
    if (raw.headers.upgrade !== undefined && !raw.complete) void reply.header('connection', 'close');
    done(null, payload);
  });
}

let lingering = 0;

/** Answers a connection for which there is no room with 503. */
export function rejectSurplus(socket: Socket): void {
  if (lingering >= MOST_LINGERING) return void socket.destroy();
  lingering++;
  socket.once('close', () => lingering--);
  reject(socket, 503);
}

export const UNKNOWN_CODING = new Problem(
  501,
  'unsupported-transfer-coding',
  'The only supported Transfer-Encoding is chunked.',
);

explainProblem('unsupported-transfer-coding', {
  meaning: 'The body has a `Transfer-Encoding` that is not supported.',
  action: 'Send it with a `Content-Length`, or as `chunked`.',
  repetition: 'after-change',
});

/** RFC 9112, 6.1 and 7.1: a body in a coding that is not supported must not be read as if it had none. */
function rejectedCoding({ headers, httpVersion }: IncomingMessage): Problem | undefined {
  const coding = headers['transfer-encoding']?.trim().toLowerCase();
  if (coding === undefined || (coding === 'chunked' && httpVersion !== '1.0')) return undefined;
  // Unless chunked is the last coding, nobody knows where the body ends.
  const isMalformed =
    httpVersion === '1.0' ||
    !/(?:^|,)\s*chunked$/.test(coding) ||
    /^chunked\s*(?:,\s*chunked\s*)+$/.test(coding);
  return isMalformed ? frameworkProblem(400) : UNKNOWN_CODING;
}

function hostsOf({ rawHeaders }: IncomingMessage): number {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts;
}

function reject(socket: Socket, status: number): void {
  if (!socket.writable) return;
  const { headers, body } = rawProblem(status);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.write([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'));
  closeAfterLinger(socket);
}

/**
 * For an answer that is sent before its request has arrived completely. Node closes the connection once such an answer is
 * written; with something unread that resets it, and the answer may be lost before the client has read it.
 */
export function lingerUntilRead({ socket, complete }: IncomingMessage): void {
  if (!complete) socket.destroySoon = () => closeAfterLinger(socket);
}

function closeAfterLinger(socket: Socket): void {
  socket.end();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function rawProblem(status: number): { headers: Record<string, string>; body: string } {
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
