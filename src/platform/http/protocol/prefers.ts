import { qualityValues } from './quality-values.js';

/**
 * Whether an `Accept` header asks for a type instead of JSON. The header has to name it: a client that accepts anything gets
 * JSON, and so does one that names both with the same quality.
 */
export function prefers(type: string, accept = ''): boolean {
  const qualities = qualityValues(accept);
  const quality = qualities.get(type) ?? 0;
  const json = qualities.get('application/json');
  if (json !== undefined) return quality > json;
  return quality > 0 && quality >= (qualities.get('application/*') ?? qualities.get('*/*') ?? 0);
}
