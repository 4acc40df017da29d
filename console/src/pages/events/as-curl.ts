/** A call of the API for a shell. A service with access control needs the key, which stays in the reader's environment. */
export function asCurl(
  origin: string,
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
  isSecured: boolean,
): string {
  const parameters = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value!)}`)
    .join('&');
  const url = `${origin}${path}${parameters && '?'}${parameters}`;
  return ['curl', ...(isSecured ? ['-H "Authorization: Bearer $EARMARK_KEY"'] : []), quoted(url)].join(' ');
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
