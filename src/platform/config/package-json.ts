import { existsSync, readFileSync } from 'node:fs';

/** What `package.json` says of the product. */
export function packageJson(): { description: string; license: string; version: string } {
  // Compiled code stands a folder deeper than its source.
  const file = ['../../../', '../../../../']
    .map((root) => new URL(`${root}package.json`, import.meta.url))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error('package.json is missing');
  return JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof packageJson>;
}
