import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Abstract, Type } from '@nestjs/common';
import { AppModule } from '../../src/app.module.js';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import type { Application, ApplicationRunner } from '../../src/platform/cli/application-runner.js';
import type { Ask } from '../../src/platform/cli/ask.js';
import { readAllSettings, type AllSettings } from '../../src/settings.js';
import { createHttpApp } from '../../src/platform/server/http-app.js';
import { expectDocumented } from './documented-answers.js';
import { NOW } from './now.js';
import { askingIn, runnerIn } from './runner-in.js';

export { SCOPES } from '../../src/scopes.js';

/** An answer of the service; `B` is what the test takes its body for. */
export interface Answer<B> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: B;
}

/** An instance of the whole service in this process, listening on a free port. */
export interface RunningService {
  readonly url: string;
  /** Where its mails are. */
  readonly dataDir: string;
  get<T>(token: Type<T> | Abstract<T> | string | symbol): T;
  /**
   * One HTTP call; `body` goes as JSON, and the answer's body is read as such where it is.
   * @throws if the call succeeds with an answer that is not as the API document says
   */
  request<B = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer<B>>;
  /** Runs the work of a command of the command line in this service, instead of in an application of its own. */
  readonly run: ApplicationRunner;
  /** The same for commands that may ask a service instead. */
  readonly ask: Ask<Application>;
  close(): Promise<void>;
}

/** Starts an instance on a database that is migrated already. Several on one database are several instances. */
export async function startService(
  databaseUrl: string,
  settings: Partial<AllSettings> = {},
): Promise<RunningService> {
  const dataDir = await mkdtemp(join(tmpdir(), 'earmark-service-'));
  const all = { ...readAllSettings({}), dataDir, databaseUrl, ...settings };
  const { rateLimit, limits, logReads, oidc } = all;
  const webConsole = all.servesConsole ? { oidc } : null;
  const module = AppModule.forRoot(all, databaseUrl);
  const app = await createHttpApp(module, { logger: false, rateLimit, limits, logReads, webConsole });
  app.get(Calendar, { strict: false }).now = () => NOW;
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const get = <T>(token: Type<T> | Abstract<T> | string | symbol) => app.get<T>(token, { strict: false });
  return {
    url,
    dataDir: all.dataDir,
    get,
    run: runnerIn({ get }),
    ask: askingIn({ get }),
    request: (method, path, body, headers) => request(new URL(path, url), method, body, headers),
    async close() {
      await app.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function request<B>(
  url: URL,
  method: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<B>> {
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  const answer = isJson ? (JSON.parse(text) as unknown) : text;
  expectDocumented(method, url.pathname, response.status, answer);
  return { status: response.status, headers: response.headers, body: answer as B };
}
