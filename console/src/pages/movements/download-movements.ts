import type { MovementFilter } from './movements-query.js';

/**
 * Saves all movements that match as CSV.
 * @returns the name of the file
 * @throws an error whose message is for a person
 */
export async function downloadMovements(filter: MovementFilter): Promise<string> {
  const query = new URLSearchParams({ ...filter });
  const response = await fetch(`/v1/movements?${query}`, { headers: { accept: 'text/csv' } });
  if (!response.ok) {
    const problem = (await response.json().catch(() => ({}))) as { detail?: string };
    throw new Error(problem.detail ?? `The service answers ${response.status}.`);
  }
  const name = `movements-${Object.values(filter).map(fileNamePart).join('-') || 'all'}.csv`;
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return name;
}

const fileNamePart = (text: string): string => text.replaceAll(/[^\w.-]+/g, '_');
