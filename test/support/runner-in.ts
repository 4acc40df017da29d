import type { Abstract, Type } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { ApplicationRunner } from '../../src/platform/cli/application-runner.js';

/** Runs the work of commands in an application that runs already, instead of one that starts for each of them. */
export function runnerIn(running: {
  get<T>(token: Type<T> | Abstract<T> | string | symbol): T;
}): ApplicationRunner {
  const get = <T>(token: Type<T> | Abstract<T> | string | symbol) => running.get<T>(token);
  const [commands, queries] = [get(CommandBus), get(QueryBus)];
  return (work) => work({ commands, queries, signal: new AbortController().signal, get });
}
