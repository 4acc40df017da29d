import type { Command } from 'commander';
import { wholeNumber } from '../../../vocabulary/value.js';
import type { Json } from '../ask.js';
import type { AskDatabase } from '../on-database.js';
import { command, valueOption } from '../command.js';
import { instant, printResult, table, type JsonOption } from '../print.js';
import type { Service } from '../rest/service.js';
import type { AuditEntry } from '../../../kernel/audit/audit.js';

const NUMBER = wholeNumber({ min: 1, max: 10_000 });
const PAGE = 500;
const NEWEST_FIRST = 'newest-first';

/** `audit` */
export function auditCommand(ask: AskDatabase): Command {
  return command('audit', 'Show who created, first used and revoked keys, and what operators did')
    .addOption(valueOption('--last <number>', 'Show this many of the newest entries', NUMBER).default(50))
    .action(({ last, ...options }: JsonOption & { last: number }) =>
      ask<AuditEntry[]>({
        onDatabase: async (dataSource) => {
          const { readAudit } = await import('../../../kernel/audit/audit.js');
          return (await readAudit(dataSource, undefined, last, NEWEST_FIRST)).toReversed();
        },
        overRest: async (service) => (await readNewest(service, last)).toReversed(),
        show: (items) =>
          printResult(options, { items }, items.length === 0 ? 'The audit log is empty.' : tableOf(items)),
      }),
    );
}

async function readNewest(service: Service, count: number): Promise<Json<AuditEntry>[]> {
  const read: Json<AuditEntry>[] = [];
  let after: number | undefined;
  do {
    const limit = Math.min(PAGE, count - read.length);
    const page: { items: Json<AuditEntry>[]; next: number | null } = await service.get('/v1/audit', {
      ...{ order: NEWEST_FIRST, after, limit },
    });
    read.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined && read.length < count);
  return read;
}

function tableOf(items: readonly (AuditEntry | Json<AuditEntry>)[]): string {
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
