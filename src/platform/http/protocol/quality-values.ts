/** `text/event-stream; q=0.5, *` → `text/event-stream` 0.5, `*` 1 (RFC 9110, 12.4.2) */
export function qualityValues(header: string): Map<string, number> {
  return new Map(
    header.split(',').map((each): [string, number] => {
      const [name = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice('q='.length);
      return [name, quality === undefined ? 1 : Number(quality)];
    }),
  );
}
