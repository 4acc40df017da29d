import { DomainError } from '../domain/domain-error.js';

/** The refusal in place of an exception, for works of which each fails alone; any other error is thrown on. */
export async function asRefusal<T>(work: Promise<T>): Promise<T | DomainError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
