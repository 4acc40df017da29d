import type { Type } from '@nestjs/common';
import type { ICommand } from '@nestjs/cqrs';
import { incomingOf, outgoingOf, type Registry } from './channel.js';

/** The registry of channels contradicts the code; the message says how in one line. */
export class InvalidChannel extends Error {
  constructor(channel: string, what: string) {
    super(`The channel ${channel} ${what}`);
    this.name = 'InvalidChannel';
  }
}

/**
 * @param handled the commands that have a handler
 * @throws {InvalidChannel}
 */
export function checkRegistry(registry: Registry, handled: ReadonlySet<Type<ICommand>>): void {
  const names = registry.channels.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new InvalidChannel(twice, 'is listed twice');
  for (const { name, publishes } of outgoingOf(registry)) {
    const unknown = publishes.find((type) => !Object.hasOwn(registry.eventSchemas, type));
    if (unknown !== undefined) throw new InvalidChannel(name, `publishes ${unknown}, which no contract has`);
  }
  for (const { name, command } of incomingOf(registry)) {
    if (!handled.has(command)) throw new InvalidChannel(name, `runs ${command.name}, which has no handler`);
  }
}
