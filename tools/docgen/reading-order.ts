import { basename } from 'node:path';
import { type Feature, sorted } from './features.js';
import { link } from './markdown.js';
import type { Project } from './project.js';
import { pathOf } from './source.js';

/** From the rules outwards; a folder that is not named here comes after them. */
const ORDER = ['commands', 'queries', 'reactions', 'read-models', 'persistence', 'http', 'cli'];

/** Where a newcomer begins to read, and what comes then; where the tests and the tables are. */
export function readingOrder(
  { name, folder, files }: Feature,
  here: string,
  { testFolders, migrationFolders }: Pick<Project, 'testFolders' | 'migrationFolders'>,
): string {
  const paths = files.map(pathOf);
  const linksTo = (part: string) =>
    paths
      .filter((path) => path.replace(/\/[^/]+$/, '') === part)
      .map((path) => link(basename(path), path, here))
      .join(', ');
  const parts = sorted(paths.map((path) => path.slice(folder.length + 1).split('/')[0]!));
  const folders = parts.filter((part) => !part.endsWith('.ts') && part !== 'domain');
  const rank = (part: string) => (ORDER.includes(part) ? ORDER.indexOf(part) : ORDER.length);
  const inOrder = folders.toSorted((a, b) => rank(a) - rank(b));
  const beside = [
    ...(testFolders.includes(name) ? [link('tests', `test/${name}`, here)] : []),
    ...(migrationFolders.includes(name) ? [link('migrations', `migrations/${name}`, here)] : []),
  ];
  return [
    `- First: ${linksTo(folder)}`,
    ...(parts.includes('domain') ? [`- The rules: ${linksTo(`${folder}/domain`)}`] : []),
    `- Then: ${inOrder.map((part) => link(part, `${folder}/${part}`, here)).join(', ')}`,
    ...(beside.length > 0 ? [`- Beside it: ${beside.join(', ')}`] : []),
  ].join('\n');
}
