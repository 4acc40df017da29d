import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];

/** Names of the same program, the one that is taken first at the front: Chromium without windows takes half the time. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  chromium: ['chromium-headless-shell', 'chromium'],
};

/** Where a program is: as `PGBOUNCER_BIN` and the like say, or else where programs are looked for. */
export const programOf = (name: string): string | undefined =>
  process.env[`${name.replace('-', '_').toUpperCase()}_BIN`] ??
  (NAMES[name] ?? [name])
    .flatMap((each) => FOLDERS.map((folder) => join(folder, each)))
    .find((file) => existsSync(file));
