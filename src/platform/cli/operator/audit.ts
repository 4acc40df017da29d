import type { Command } from 'commander';
import { command, wholeNumberOption } from '../command.js';
import { instant, print, printJson, table } from '../print.js';
import type { RunOnDatabase } from '../on-database.js';
import type { AuditEntry } from '../../../kernel/audit/audit.js';

interface Options {
  readonly json?: true;
  readonly last: number;
}

/** `audit` */
export function auditCommand(run: RunOnDatabase): Command {
  return command('audit', 'Show who created, first used and revoked keys, and what operators did')
    .addOption(
      wholeNumberOption('--last <number>', 'Show this many of the newest entries', {
        min: 1,
        max: 10_000,
      }).default(50),
    )
    .action(({ json, last }: Options) =>
      run(async (dataSource) => {
        const { readNewestAudit } = await import('../../../kernel/audit/audit.js');
        const items = await readNewestAudit(dataSource, last);
        if (json) printJson({ items });
        else print(items.length === 0 ? 'The audit log is empty.' : tableOf(items));
      }),
    );
}

function tableOf(items: readonly AuditEntry[]): string {
  return table(
    ['position', 'when', 'what', 'to', 'by', 'details'],
    items.map(({ position, occurredAt, type, actor, actorKind, subject, details }) => [
      position,
      instant(occurredAt),
      type,
      subject,
      `${actorKind} ${actor}`,
      Object.keys(details).length === 0 ? '' : JSON.stringify(details),
    ]),
  );
}
