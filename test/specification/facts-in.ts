/** Of what is there, the facts that a sentence speaks of: so that a failure shows those alone. */
export function factsIn(there: object, spokenOf: object): Record<string, unknown> {
  const facts = there as Record<string, unknown>;
  return Object.fromEntries(Object.keys(spokenOf).map((name) => [name, facts[name]]));
}
