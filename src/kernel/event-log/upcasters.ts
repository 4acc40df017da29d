import { Injectable } from '@nestjs/common';
import type { StoredEvent } from '../domain/events.js';

/** How the data of an event that was stored in one version read in the next one. */
export interface Upcaster<Old extends object = object, New extends object = object> {
  readonly type: string;
  /** The version that it reads; what it returns is the data of the version after that. */
  readonly from: number;
  /** Pure: an event is read many times, and in several instances, and must be the same each time. */
  readonly up: (data: Old) => New;
}

/** The event cannot be read as what the code knows today. It is parked, and can be retried once the code knows it. */
export class UnknownEventVersion extends Error {
  constructor({ type, version, position }: Stored, current: number) {
    super(
      `Event ${position} is a ${type} of version ${version}, and this code reads version ${current}: ` +
        (version > current
          ? 'a newer release has stored it. Run that release, then retry the event.'
          : `no upcaster begins at version ${version}. Add one, then retry the event.`),
    );
    this.name = 'UnknownEventVersion';
  }
}

type Stored = Pick<StoredEvent, 'type' | 'version' | 'position' | 'data'>;

/**
 * The way from every version in which an event was ever stored to the one that its contract has today. The log is
 * never rewritten: what was stored stays as it is, and is read as today's.
 */
@Injectable()
export class Upcasters {
  readonly #ofType = new Map<string, Map<number, Upcaster>>();

  /**
   * To be called by the module of the feature that owns the events, while the service is put together.
   * @throws {TypeError} where two begin at one version
   */
  declare(...upcasters: readonly Upcaster<never>[]): void {
    for (const upcaster of upcasters as readonly Upcaster[]) {
      const { type, from } = upcaster;
      const steps = this.#ofType.get(type) ?? new Map<number, Upcaster>();
      if (steps.has(from)) throw new TypeError(`Two upcasters of ${type} begin at version ${from}.`);
      this.#ofType.set(type, steps.set(from, upcaster));
    }
  }

  /** Whether there is a step from a version to the next. */
  beginsAt(type: string, version: number): boolean {
    return this.#ofType.get(type)?.has(version) === true;
  }

  /** The version in which events of the type are read: the one after the last upcaster, 1 where there is none. */
  currentVersion(type: string): number {
    const steps = this.#ofType.get(type);
    return steps ? Math.max(...steps.keys()) + 1 : 1;
  }

  /**
   * The event as its contract has it today; the very same where it was stored so.
   * @throws {UnknownEventVersion}
   */
  current<S extends Stored>(event: S): S {
    const current = this.currentVersion(event.type);
    if (event.version === current) return event;
    if (event.version > current) throw new UnknownEventVersion(event, current);
    let { data } = event;
    for (let version = event.version; version < current; version++) {
      const step = this.#ofType.get(event.type)!.get(version);
      if (!step) throw new UnknownEventVersion(event, current);
      data = step.up(data);
    }
    return { ...event, version: current, data };
  }

  /** The same for those outside, who are told the version: what cannot be read here is shown as it was stored. */
  shown(event: StoredEvent): StoredEvent {
    try {
      return this.current(event);
    } catch (error) {
      if (error instanceof UnknownEventVersion) return event;
      throw error;
    }
  }
}
