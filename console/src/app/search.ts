/** The search parameters of these names as texts; any other, and an empty one, is left out. */
export const texts =
  <Name extends string>(...names: readonly Name[]) =>
  (search: Record<string, unknown>): Partial<Record<Name, string | undefined>> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = search[name];
        const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
        return text === '' ? [] : [[name, text]];
      }),
    ) as Partial<Record<Name, string>>;
