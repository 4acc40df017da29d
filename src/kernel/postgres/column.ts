/**
 * A column of rows for `coalesce(each, shared)`, with `each` of `unnest`: what all rows share is sent and parsed once. `unnest`
 * fills up with nulls, so another column has to have a value for each row.
 */
export function column<T>(values: readonly T[]): [each: readonly T[], shared: T | null] {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? [[], first] : [values, null];
}
