#!/usr/bin/env node
import type { ApplicationRunner } from './platform/cli/application-runner.js';
import type { Ask } from './platform/cli/ask.js';
import type { RunOnDatabase, RunOnUrl } from './platform/cli/on-database.js';
import { watchOutput } from './platform/cli/output.js';
import { errorLine } from './platform/cli/print.js';
import { keepCompiledCode } from './platform/config/compile-cache.js';
import { environmentReader } from './platform/config/environment.js';
import { serviceSettings } from './platform/config/service-settings.js';
import { endAtOnce, unlessEnding } from './platform/shutdown/at-once.js';
import { leaveSignalsToSystem, Stopped } from './platform/shutdown/stop.js';
import { earmark } from './program.js';

const run: ApplicationRunner = async (work) => {
  const [{ AppModule }, { inApplication }, { readAllSettings }] = await Promise.all([
    import('./app.module.js'),
    import('./platform/cli/application.js'),
    import('./settings.js'),
  ]);
  await inApplication(readAllSettings, (settings, url) => AppModule.forRoot(settings, url, 'cli'), work);
};
const runOnDatabase: RunOnDatabase = async (work) =>
  (await import('./platform/cli/on-database.js')).onDatabase(work);
const runOnUrl: RunOnUrl = async (work) => (await import('./platform/cli/on-database.js')).onUrl(work);

/** The options of the program. */
interface Options {
  readonly url?: string;
  readonly allowHttp?: true;
}

const program = earmark({
  ask: overRestOr(run),
  askDatabase: overRestOr(runOnDatabase),
  askDatabaseUrl: overRestOr(runOnUrl),
  run,
  runOnUrl,
  async start() {
    // A service is not started elsewhere; EARMARK_URL, which may be in the same .env, is for the other commands.
    if (program.opts<Options>().url !== undefined) requireDatabase('start');
    await import('./main.js');
  },
  async demo(options) {
    if (program.opts<Options>().url !== undefined) requireDatabase('demo');
    // It is no part of the service, and is loaded only if somebody asks for it.
    const { runDemo } = await import('../examples/demo/run.js');
    await runDemo(options);
  },
  requireDatabase,
});

keepCompiledCode();
watchOutput();
process.on('uncaughtException', (error) => {
  fail(error);
  void endAtOnce(1);
});
try {
  // A first call, without a command, asks what there is.
  if (process.argv.length === 2) program.outputHelp();
  else await program.parseAsync();
} catch (error) {
  await unlessEnding();
  if (error instanceof Stopped) process.exit(error.by === 'SIGPIPE' ? undefined : error.exitCode);
  fail(error);
}
// Only the results are still to be written, however slowly they are read.
leaveSignalsToSystem();

/** @param onDatabase what opens the database if no service is to be asked */
function overRestOr<C>(onDatabase: (work: (context: C) => Promise<void>) => Promise<void>): Ask<C> {
  return async (ways) => {
    const service = serviceSettings(environmentReader(), program.opts<Options>());
    if (service === null) {
      await onDatabase(async (context) => {
        const result = await ways.onDatabase(context);
        ways.show?.(result);
      });
      return;
    }
    const { overRest } = await import('./platform/cli/over-rest.js');
    await overRest(service, ways);
  };
}

function requireDatabase(command: string): void {
  const service = serviceSettings(environmentReader(), program.opts<Options>());
  if (service === null) return;
  throw new Error(
    `\`${command}\` works on the database only, not on ${service.url.href}: leave out --url, and unset EARMARK_URL.`,
  );
}

function fail(error: unknown): void {
  process.stderr.write(`${errorLine(error)}\n`);
  process.exitCode = 1;
}
