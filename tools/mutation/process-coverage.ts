import { readdir, readFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What Node writes into the folder that NODE_V8_COVERAGE names, a file for each process that ends by itself. */
interface Written {
  readonly result: readonly {
    readonly url: string;
    /** Outer functions and ranges before those that they contain. */
    readonly functions: readonly {
      readonly ranges: readonly {
        readonly startOffset: number;
        readonly endOffset: number;
        readonly count: number;
      }[];
    }[];
  }[];
}

/** By source, the lines of it that the processes ran which have left their coverage in the folder. */
export async function linesOfProcesses(folder: string, copy: string): Promise<Map<string, Set<number>>> {
  const found = new Map<string, Set<number>>();
  const built = join(copy, 'dist/');
  for (const file of await readdir(folder)) {
    const { result } = JSON.parse(await readFile(join(folder, file), 'utf8')) as Written;
    for (const { url, functions } of result) {
      if (!url.startsWith('file:')) continue;
      const path = fileURLToPath(url);
      if (!path.startsWith(join(built, 'src'))) continue;
      const source = path.slice(built.length).replace(/\.js$/, '.ts');
      const lines = found.get(source) ?? new Set();
      for (const line of await sourceLines(path, functions)) lines.add(line);
      found.set(source, lines);
    }
  }
  return found;
}

async function sourceLines(
  path: string,
  functions: Written['result'][number]['functions'],
): Promise<Set<number>> {
  const code = await readFile(path, 'utf8');
  const map = new SourceMap(JSON.parse(await readFile(`${path}.map`, 'utf8')) as SourceMapPayload);
  const runs = new Uint8Array(code.length);
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges)
      runs.fill(Math.min(count, 1), startOffset, endOffset);
  }
  const lines = new Set<number>();
  let [offset, row] = [0, 0];
  for (const line of code.split('\n')) {
    for (let column = 0; column < line.length; column++) {
      if (runs[offset + column] !== 1) continue;
      const entry = map.findEntry(row, column);
      if ('originalLine' in entry) lines.add(entry.originalLine + 1);
    }
    offset += line.length + 1;
    row++;
  }
  return lines;
}
