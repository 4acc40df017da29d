import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { project } from './cruise.js';
import { features } from './features.js';

describe('The service', () => {
  it('consists of every feature that there is: src/app.module.ts imports the module of each', async () => {
    const appModule = await readFile(join(project, 'src/app.module.ts'), 'utf8');
    const left = (await features()).filter((name) => !appModule.includes(`'./${name}/${name}.module.js'`));

    expect(left.map((name) => `src/app.module.ts leaves out ${name}`)).toEqual([]);
  });
});
