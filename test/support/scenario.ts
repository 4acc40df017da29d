import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';
import { Command, CommandHandlerNotFoundException, type Query } from '@nestjs/cqrs';
import { DomainError } from '../../src/kernel/domain/errors.js';
import type { DomainEvent, StoredEvent } from '../../src/kernel/domain/events.js';
import type { Application } from './application.js';
import type { ContractEvent } from './contract-events.js';

/** A command of the feature, or an event of a neighbour. */
type Step = Command<unknown> | DomainEvent;

/** What has come of the `when`, as expectations look at it: everything that follows from it has happened. */
interface Outcome {
  readonly told: readonly StoredEvent[];
  /** Where the first event stands in `told` that no expectation has met yet: they are met in their order. */
  from: number;
  readonly refusal: DomainError | null;
  readonly ask: <R>(query: Query<R>) => Promise<R>;
}

/** Something that a scenario may end with. */
export interface Expectation {
  readonly isRefusal?: true;
  /** @throws in words that say what was there instead */
  check(outcome: Outcome): void | Promise<void>;
}

/**
 * Tells what a feature does, in the order in which it happens:
 * `await scenario(feature).given(…events and commands).when(…events and commands).then(…expectations)`.
 *
 * Each step is taken once all that follows from those before it has happened: by the positions of the subscriptions,
 * never by a pause. So an event that does not come is known as soon as everybody has read the log, and one that must
 * not come is known as surely.
 */
export const scenario = (application: Application) => new Scenario(application, []);

class Scenario {
  readonly #application: Application;
  readonly #given: readonly Step[];

  constructor(application: Application, given: readonly Step[]) {
    this.#application = application;
    this.#given = given;
  }

  given(...steps: readonly Step[]): Scenario {
    return new Scenario(this.#application, [...this.#given, ...steps]);
  }

  when(...steps: readonly Step[]): Started {
    return new Started(this.#application, this.#given, steps);
  }
}

class Started {
  readonly #application: Application;
  readonly #given: readonly Step[];
  readonly #when: readonly Step[];

  constructor(application: Application, given: readonly Step[], when: readonly Step[]) {
    this.#application = application;
    this.#given = given;
    this.#when = when;
  }

  /** @throws {TypeError} at once where nothing is expected: an `await` that comes before `then` takes it for a promise's */
  then(...expected: readonly Expectation[]): Promise<void> {
    if (expected.length === 0 || typeof expected[0] === 'function')
      throw new TypeError('A scenario ends with .then(…), which says what is expected.');
    return this.#play(expected);
  }

  async #play(expected: readonly Expectation[]): Promise<void> {
    const application = this.#application;
    for (const step of this.#given) await this.#take(step);
    const before = await application.head();
    const refusal = await this.#refusalOfWhen();
    const told = await application.toldAfter(before);
    const outcome = { told, from: 0, refusal, ask: <R>(query: Query<R>) => application.ask(query) };
    if (refusal && !expected.some(({ isRefusal }) => isRefusal))
      throw new Error(`It was refused: ${wordsOf(refusal)}`);
    for (const expectation of expected) await expectation.check(outcome);
  }

  async #refusalOfWhen(): Promise<DomainError | null> {
    try {
      for (const step of this.#when) await this.#take(step);
      return null;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await this.#application.settled();
      return error;
    }
  }

  async #take(step: Step): Promise<void> {
    if (step instanceof Command) await this.#execute(step);
    else await this.#application.hears(step);
    await this.#application.settled();
  }

  async #execute(command: Command<unknown>): Promise<void> {
    try {
      await this.#application.execute(command);
    } catch (error) {
      if (!(error instanceof CommandHandlerNotFoundException)) throw error;
      const { name } = command.constructor;
      throw new Error(`Nobody here carries out ${name}: play a neighbour by the events of its contract.`, {
        cause: error,
      });
    }
  }
}

/** An event of this type was told, with these facts among its data; several are told in the order of the expectations. */
export function told<T extends ContractEvent['type']>(
  type: T,
  facts: Partial<Extract<ContractEvent, { type: T }>['data']> = {},
): Expectation {
  return {
    check(outcome) {
      const isIt = (event: StoredEvent) => event.type === type && holds(event.data, facts);
      const at = outcome.told.findIndex((event, i) => i >= outcome.from && isIt(event));
      if (at < 0)
        throw new Error(`Expected to hear\n  ${type} ${JSON.stringify(facts)}\n${insteadOf(outcome)}`);
      outcome.from = at + 1;
    },
  };
}

/** Nothing was told, or nothing more than the expectations before have met. */
export function nothingElseTold(): Expectation {
  return {
    check(outcome) {
      if (outcome.from < outcome.told.length)
        throw new Error(`Expected to hear nothing else\n${insteadOf(outcome)}`);
    },
  };
}

/** The rule of this code said no, for these facts among others. */
export function refused(code: string, facts: Readonly<Record<string, unknown>> = {}): Expectation {
  return {
    isRefusal: true,
    check({ refusal, ...outcome }) {
      const wanted = `Expected to be refused as ${code} ${JSON.stringify(facts)}`;
      if (!refusal) throw new Error(`${wanted}, but it was done\n${insteadOf(outcome)}`);
      if (refusal.code !== code || !holds(refusal.facts, facts))
        throw new Error(`${wanted}, not as ${wordsOf(refusal)}`);
    },
  };
}

/** The query is answered so; facts that are left out may be anything. */
export function answers<R extends object>(query: Query<R>, expected: object): Expectation {
  return {
    async check(outcome) {
      expect(await outcome.ask(query)).toMatchObject(expected);
    },
  };
}

function holds(data: object, facts: object): boolean {
  return Object.entries(facts).every(([name, fact]) =>
    isDeepStrictEqual((data as Record<string, unknown>)[name], fact),
  );
}

function insteadOf({ told, from }: Pick<Outcome, 'told' | 'from'>): string {
  const heard = told
    .slice(from)
    .map(({ position, type, data }) => `  ${position} ${type} ${JSON.stringify(data)}`);
  return heard.length === 0 ? 'and heard nothing.' : ['and heard', ...heard].join('\n');
}

function wordsOf({ code, message, facts }: DomainError): string {
  return `${code} ${JSON.stringify(facts)}: ${message}`;
}
