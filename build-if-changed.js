/** Builds where a source is younger than the last build: the compiler takes seconds to find that out by itself. */
import { execSync } from 'node:child_process';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

const BUILT = 'dist/.tsbuildinfo';
const SOURCES = [
  'src',
  'migrations',
  'examples',
  'package.json',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
// A folder is changed by what is added to it and taken out of it.
const within = (path) =>
  statSync(path).isDirectory() ? readdirSync(path, { recursive: true }).map((name) => join(path, name)) : [];

const youngest = Math.max(...SOURCES.flatMap((path) => [path, ...within(path)]).map(changedAt));
if (youngest > changedAt(BUILT)) {
  execSync('npm run --silent build', { stdio: 'inherit' });
  utimesSync(BUILT, new Date(), new Date());
}
