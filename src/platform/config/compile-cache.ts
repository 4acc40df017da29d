import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { packageRoot } from './package-json.js';

/** Node 22 and later; what they take and return is of no use here. */
const { enableCompileCache } = module as { enableCompileCache?: (directory: string) => unknown };

/**
 * Lets Node keep the compiled code of what is loaded from now on, beside the build: the next start takes two thirds of the
 * time. Not in the directory for temporary files, since other users could put code of theirs there. Node 20 cannot do it,
 * and nothing is kept if the folder is read-only.
 */
export function keepCompiledCode(): void {
  enableCompileCache?.(fileURLToPath(new URL('dist/.compile-cache/', packageRoot())));
}
