import { isProblem } from '@earmark/client';

/** What the service says of each field of a call that it has not accepted. */
export const fieldErrors = (error: unknown): Readonly<Record<string, string>> =>
  isProblem(error, 'validation-failed')
    ? Object.fromEntries((error.problem.errors ?? []).map(({ field, message }) => [field, message]))
    : {};

/** What it says of one field; of an item of a list, e.g. `skus.3`, too. */
export const fieldError = (error: unknown, field: string): string | undefined =>
  Object.entries(fieldErrors(error)).find(([name]) => name === field || name.startsWith(`${field}.`))?.[1];
