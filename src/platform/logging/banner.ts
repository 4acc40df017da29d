import cluster from 'node:cluster';
import type { ServiceLogger } from './service-logger.js';
import { printable } from './escape-control-characters.js';

/** What a person wants to know when the service has started. */
export interface StartFacts {
  readonly url: string;
  readonly version: string;
  /** Where the data is, without a password. */
  readonly database: string;
  readonly access: string;
  readonly servesConsole: boolean;
}

/** Says what is served: as a banner to a person at a terminal, else as a line of the log. */
export function announceStart(logger: ServiceLogger, facts: StartFacts): void {
  const { url, version, database, access, servesConsole } = facts;
  // The workers of a cluster would each have a banner.
  if (process.stdout.isTTY && !cluster.isWorker && logger.isLevelEnabled('info'))
    return void process.stdout.write(formatBanner(facts));
  logger.log(
    `The API is at ${url}/v1, its documentation at ${url}/docs` +
      (servesConsole ? `, the console at ${url}/console/` : ''),
    { version, database, access },
    'Earmark',
  );
}

export function formatBanner({ url, version, database, access, servesConsole }: StartFacts): string {
  const rows = [
    ...(servesConsole ? [['Console', `${url}/console/`] as const] : []),
    ['API', `${url}/v1`],
    ['Docs', `${url}/docs`],
    ['Database', database],
    ['Access', access],
  ] as const;
  const lines = rows.map(([name, value]) => `  ${name.padEnd(9)} ${printable(value)}`);
  return `\n  Earmark ${version}\n\n${lines.join('\n')}\n\n`;
}
