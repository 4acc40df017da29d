import type { Abstract, Type } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { Application, ApplicationRunner } from '../../src/platform/cli/application-runner.js';
import type { Ask } from '../../src/platform/cli/ask.js';
import { asking } from './asking.js';

interface Running {
  get<T>(token: Type<T> | Abstract<T> | string | symbol): T;
}

/** Runs the work of commands in an application that runs already, instead of one that starts for each of them. */
export const runnerIn =
  (running: Running): ApplicationRunner =>
  (work) =>
    work(applicationOf(running));

/** The same for commands that may ask a service instead. */
export const askingIn = (running: Running): Ask<Application> => asking(applicationOf(running));

function applicationOf(running: Running): Application {
  const get: Application['get'] = (token) => running.get(token);
  const [commands, queries] = [get(CommandBus), get(QueryBus)];
  return { commands, queries, signal: new AbortController().signal, get };
}
