import { existsSync, readFileSync } from 'node:fs';

/** The folder of the package, which holds `package.json` and `migrations`. It ends in a slash. */
export function packageRoot(): URL {
  // From a bundle, from the sources, and from compiled code, which stands a folder deeper.
  const root = ['../../', '../../../', '../../../../']
    .map((path) => new URL(path, import.meta.url))
    .find((candidate) => existsSync(new URL('package.json', candidate)));
  if (root === undefined) throw new Error('package.json is missing');
  return root;
}

/** What `package.json` says of the product. */
export function packageJson(): { description: string; license: string; version: string } {
  return JSON.parse(readFileSync(new URL('package.json', packageRoot()), 'utf8')) as ReturnType<
    typeof packageJson
  >;
}
