import { DomainError } from '../../kernel/domain/errors.js';
import { explainProblem } from '../../kernel/domain/problem-texts.js';
import type { Part, Place } from './promise-pages.js';

/** The text was not given out as `next` of such a list. */
export class InvalidCursor extends DomainError {
  readonly code = 'invalid-cursor';
  readonly kind = 'unprocessable';

  constructor() {
    super('The list cannot continue there: `after` must be `next` of a page with the same filter.', {});
  }
}

explainProblem('invalid-cursor', {
  meaning: '`after` is not a cursor of this list, or belongs to a list with another filter.',
  action: 'Start without `after`, and continue with `next` of each page and the same filter.',
  repetition: 'after-change',
});

/** Where a list goes on. */
interface Cursor {
  /** The index of the part. */
  readonly part: number;
  readonly place: Place;
}

type Named = Pick<Part, 'name' | 'isElement'>;

/** A text that only means something to the list that gave it out. */
export function writeCursor({ name }: Named, place: Place): string {
  return Buffer.from(JSON.stringify([name, ...place])).toString('base64url');
}

/** @throws {InvalidCursor} */
export function readCursor(text: string, parts: readonly Named[]): Cursor {
  const [name, ...place] = decode(text);
  const part = parts.findIndex((each) => each.name === name);
  const { isElement = [] } = parts[part] ?? {};
  // PostgreSQL has no text with a zero in it.
  const isPlace =
    place.length === isElement.length &&
    place.every((each, i) => typeof each === 'string' && !each.includes('\0') && isElement[i]!(each));
  if (part < 0 || !isPlace) throw new InvalidCursor();
  return { part, place: place as string[] };
}

function decode(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
