import type { AuditEntryBody } from '@earmark/client';

const DONE: Readonly<Record<AuditEntryBody['type'], string>> = {
  'key-created': 'created the key',
  'key-first-used': 'used for the first time the key',
  'key-revoked': 'revoked the key',
  'event-retried': 'retried a failed event of',
  'event-discarded': 'discarded a failed event of',
  'read-model-rebuilt': 'rebuilt the read model of',
  'dead-letter-retried': 'applied the dead letter',
  'dead-letter-discarded': 'discarded the dead letter',
  'webhook-created': 'added the webhook',
  'webhook-changed': 'changed the webhook',
  'webhook-secret-rotated': 'gave a new secret to the webhook',
  'webhook-disabled': 'disabled the webhook',
  'webhook-deleted': 'deleted the webhook',
  'migration-applied': 'applied the migration',
  'migration-reverted': 'reverted the migration',
};

/** What was done, as a verb and its object; a type of a later version stands for itself. */
export const doneText = (type: string): string => (DONE as Readonly<Record<string, string>>)[type] ?? type;

const KINDS: Readonly<Record<AuditEntryBody['actorKind'], string>> = {
  key: 'key',
  token: 'account',
  loopback: 'anybody on this machine',
  operator: 'command line',
  service: 'the service itself',
};

export const kindText = (kind: string): string => (KINDS as Readonly<Record<string, string>>)[kind] ?? kind;

/** `keyId: 0a1b, scopes: read, admin`: further facts, whatever they are. */
export const detailsText = (details: Readonly<Record<string, unknown>>): string =>
  Object.entries(details)
    .map(([name, value]) => `${name}: ${valueText(value)}`)
    .join(' · ');

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
