/** Lines, rows or events that one step handles: so few that those who wait for it hardly notice. */
export const STEP_SIZE = 1_000;

/** Large work in steps: between two of them its caller may let others go on. */
export type Steps<R = void> = Generator<undefined, R, undefined>;

/** Handles the items in their order, in steps. */
export function* inSteps<T>(items: readonly T[], handle: (item: T, at: number) => void): Steps {
  for (const [at, item] of items.entries()) {
    if (at > 0 && at % STEP_SIZE === 0) yield;
    handle(item, at);
  }
}

/** Takes all steps at once, for a caller that cannot wait. */
export function takeAtOnce<R>(steps: Steps<R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

export function isSteps(value: unknown): value is Steps<unknown> {
  return Object.prototype.toString.call(value) === '[object Generator]';
}

/** The items in portions of `size`, the last one with what is left. */
export function portionsOf<T>(items: readonly T[], size: number): (readonly T[])[] {
  const portions = [];
  for (let at = 0; at < items.length; at += size) portions.push(items.slice(at, at + size));
  return portions;
}
