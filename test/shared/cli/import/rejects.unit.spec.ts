import { EventEmitter } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Progress } from '../../../../src/shared/cli/import/progress.js';
import { rejectsIn, rejectsTo } from '../../../../src/shared/cli/import/rejects.js';

const REJECT = { line: 7, reason: 'refused', message: 'It does not\nfit.', text: 'shelf,"101"' };

let done: string[];
beforeEach(() => {
  done = [];
});

describe('Rows that were not taken', () => {
  class Out extends EventEmitter {
    takesMore = true;

    write(text: string): boolean {
      done.push(text);
      return this.takesMore;
    }
  }
  const progress = { clear: () => done.push('cleared') } as unknown as Progress;
  const to = (out: Out) => rejectsTo(out as unknown as NodeJS.WritableStream, progress);

  it('are told to people, a line for each, after the progress is cleared', async () => {
    await to(new Out()).add([REJECT, { ...REJECT, line: 8, message: 'Nor that.' }]);
    expect(done).toEqual(['cleared', 'line 7: It does not\\u000afit.\nline 8: Nor that.\n']);
  });

  it('are told to nobody where there are none', async () => {
    await to(new Out()).add([]);
    expect(done).toEqual([]);
  });

  it('are told no faster than they are taken', async () => {
    const out = new Out();
    out.takesMore = false;
    const adding = to(out)
      .add([REJECT])
      .then(() => done.push('added'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).not.toContain('added');
    out.emit('drain');
    await adding;
    expect(done.at(-1)).toBe('added');
  });

  it('are written to a file, of a long one the beginning', async () => {
    const file = { write: (text: string) => Promise.resolve(done.push(text)) } as unknown as FileHandle;
    const rejects = await rejectsIn(file);
    await rejects.add([]);
    await rejects.add([
      { ...REJECT, text: 'x'.repeat(1_001) },
      { ...REJECT, line: 8 },
    ]);
    await rejects.add([{ ...REJECT, text: '' }]);
    expect(done).toEqual([
      'line,reason,message,row\n',
      `7,refused,"It does not\nfit.",${'x'.repeat(1_000)}\n8,refused,"It does not\nfit.","shelf,""101"""\n`,
      '7,refused,"It does not\nfit.",\n',
    ]);
  });
});
