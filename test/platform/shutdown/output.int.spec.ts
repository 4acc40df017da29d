import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';

const OUTPUT = fileURLToPath(new URL('../../../dist/src/platform/shutdown/output.js', import.meta.url));

/** What a process writes that begins like this. */
async function written(code: string): Promise<string> {
  const begin = `const { gatherTurn } = await import(${JSON.stringify(OUTPUT)});
    const write = (line) => { gatherTurn(process.stdout); process.stdout.write(line + '\\n'); };`;
  const child = execFile(process.execPath, ['--input-type=module', '--eval', `${begin}${code}`]);
  const [found] = await Promise.all([text(child.stdout!), once(child, 'exit')]);
  return found;
}

describe('Lines that are gathered until the end of a turn', () => {
  it('are written in order, those of each turn', async () => {
    expect(await written(`write('a'); write('b'); setTimeout(() => { write('c'); write('d'); }, 10);`)).toBe(
      'a\nb\nc\nd\n',
    );
  });

  it.each([
    ['the process is ended in the same turn', 'process.exit(3)'],
    ['nobody catches an error', "throw new Error('a fault')"],
    ['nobody catches a rejection', "void Promise.reject(new Error('a fault'))"],
  ])('are written also if %s', async (_, end) => {
    expect(await written(`write('a'); write('b'); ${end};`)).toBe('a\nb\n');
  });
});
