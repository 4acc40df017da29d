import type { Command } from 'commander';
import { wholeNumber } from '../../../vocabulary/value.js';
import { command, valueOption } from '../command.js';
import { instant, printResult, table, type JsonOption } from '../print.js';
import type { RunOnDatabase } from '../on-database.js';
import type { AuditEntry } from '../../../kernel/audit/audit.js';

const NUMBER = wholeNumber({ min: 1, max: 10_000 });

/** `audit` */
export function auditCommand(run: RunOnDatabase): Command {
  return command('audit', 'Show who created, first used and revoked keys, and what operators did')
    .addOption(valueOption('--last <number>', 'Show this many of the newest entries', NUMBER).default(50))
    .action(({ last, ...options }: JsonOption & { last: number }) =>
      run(async (dataSource) => {
        const { readNewestAudit } = await import('../../../kernel/audit/audit.js');
        const items = await readNewestAudit(dataSource, last);
        printResult(options, { items }, items.length === 0 ? 'The audit log is empty.' : tableOf(items));
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
