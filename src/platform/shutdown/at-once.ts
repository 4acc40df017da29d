/** Ends something that must not outlive the process. */
type Step = () => Promise<unknown>;

/** After this time the process ends even if a step has not. */
const LIMIT_MS = 5_000;

const steps = new Set<Step>();
let ending: Promise<never> | null = null;

/**
 * Registers a step for when the process has to end at once. A graceful stop does the same by itself.
 * @returns removes the step
 */
export function alsoEndsAtOnce(step: Step): () => void {
  steps.add(step);
  return () => void steps.delete(step);
}

/** Ends the process without waiting for its work, together with what must not outlive it, such as the embedded PostgreSQL. */
export function endAtOnce(code: number): Promise<never> {
  return (ending ??= end(code));
}

/** Never resolves if the process is ending at once: what fails then fails because of that. */
export async function unlessEnding(): Promise<void> {
  await ending;
}

async function end(code: number): Promise<never> {
  process.exitCode = code;
  setTimeout(() => process.exit(code), LIMIT_MS);
  await Promise.allSettled([...steps].map((step) => step()));
  return process.exit(code);
}
