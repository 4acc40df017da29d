/** Ends something that must not outlive this process. */
type Step = () => Promise<unknown>;

/** Milliseconds, after which the process ends without what is left to do. */
const LIMIT_MS = 5_000;

const steps = new Set<Step>();
let ending: Promise<never> | null = null;

/**
 * Keeps a step for the case that the process has to end at once. A graceful stop does the same in its own time.
 * @returns what takes the step back
 */
export function alsoEndsAtOnce(step: Step): () => void {
  steps.add(step);
  return () => void steps.delete(step);
}

/** Ends the process without waiting for work under way, but with what must not outlive it, such as the embedded PostgreSQL. */
export function endAtOnce(code: number): Promise<never> {
  return (ending ??= end(code));
}

/** Never resolves when the process ends at once: whatever fails meanwhile fails because of that. */
export async function unlessEnding(): Promise<void> {
  await ending;
}

async function end(code: number): Promise<never> {
  process.exitCode = code;
  setTimeout(() => process.exit(code), LIMIT_MS);
  await Promise.allSettled([...steps].map((step) => step()));
  return process.exit(code);
}
