import type { WireAnswer } from './wire-client.js';

/** What is wrong with an answer, whatever was asked; nothing is what we hope for. */
export function faultsOf(answer: WireAnswer, method: string, target?: string): string[] {
  const { status, headers, body } = answer;
  const type = headers.get('content-type');
  const faults: string[] = [];
  const is = (condition: boolean, fault: string) => condition || faults.push(fault);

  is(status < 500, `status ${status}`);
  is(
    !LEAK.test(body.toString('utf8')) || /^\/(?:docs|openapi\.json)/.test(target ?? ''),
    'tells of what is inside',
  );
  if (status < 400) {
    is([200, 201, 202, 204, 206, 302, 304].includes(status), `status ${status}`);
    is(status !== 204 || type === undefined, '204 with a type');
    if (type?.startsWith('application/json') && body.length > 0) is(isJson(body), 'says JSON and is none');
    return faults;
  }
  if (method === 'HEAD') return faults;
  is(type === 'application/problem+json', `content-type ${type}`);
  is(headers.get('content-length') === String(body.length), 'no length');
  const problem = problemIn(body);
  if (problem === null) return [...faults, 'no problem document'];
  is(/^urn:earmark:problem:[a-z]+(?:-[a-z]+)*$/.test(String(problem.type)), `type ${String(problem.type)}`);
  is(problem.status === status, `status ${String(problem.status)} in the body of a ${status}`);
  is(typeof problem.title === 'string' && /^[A-Z]/.test(problem.title), 'no title');
  is(typeof problem.detail === 'string' && problem.detail.endsWith('.'), 'no detail');
  if (target !== undefined && problem.instance !== undefined) {
    const [path = ''] = target.split(/[?#]/, 1);
    const instance = JSON.stringify(problem.instance).slice(1, -1);
    is(REFERENCE.test(instance), `instance ${instance} is no URI reference`);
    // A whole URL and a path that could name another host are written as paths of ours.
    if (/^\/(?!\/)/.test(path) && REFERENCE.test(path)) is(instance === path, `instance ${instance}`);
  }
  is((problem.type === 'urn:earmark:problem:validation-failed') === Array.isArray(problem.errors), 'errors');
  is(status !== 405 || headers.has('allow'), '405 without Allow');
  is(status !== 401 || headers.has('www-authenticate'), '401 without WWW-Authenticate');
  return faults;
}

/** RFC 3986: a path that names no other host, or none. */
const REFERENCE = /^(?:\*|(?:\/(?!\/)|\/(?=\.\/\/))?(?:[\w.~!$&'()*+,;=:@/-]|%[\da-f]{2})*)$/i;

/** A stack, a statement, a message of the database, a path of this machine. */
const LEAK =
  /\bat (?:async )?[\w.<>]+ \(|node_modules|file:\/\/|QueryFailed|relation \\?"|column \\?"|duplicate key|invalid input syntax|violates \w+|\/work\/|\/dist\/|\/tmp\//;

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

function problemIn(body: Buffer): Record<string, unknown> | null {
  if (!isJson(body)) return null;
  const value: unknown = JSON.parse(body.toString('utf8'));
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
