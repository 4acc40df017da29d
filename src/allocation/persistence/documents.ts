import type { EntityManager } from 'typeorm';
import { settleAll } from '../../kernel/domain/settle-all.js';
import type { Queryable } from '../../kernel/postgres/snapshot.js';
import { ConcurrentChange } from '../../kernel/domain/store.js';
import { Documents, NO_DOCUMENTS, type Document, type DocumentKey } from '../domain/document.js';

/** The documents that works are about, those that were written before among them. */
export async function readDocuments(reader: Queryable, keys: readonly DocumentKey[]): Promise<Documents> {
  if (keys.length === 0) return NO_DOCUMENTS;
  const [clock, rows] = await settleAll(
    reader.query<[{ now: Date }]>('select clock_timestamp() as now'),
    reader.query<Document[]>(
      `select kind, id, order_id as "orderId", batch_reference as "batchReference", content, result,
              created_at as "createdAt", cancelled_at as "cancelledAt"
         from unnest($1::text[], $2::text[]) as asked (kind, id) join allocation.document using (kind, id)`,
      [keys.map(({ kind }) => kind), keys.map(({ id }) => id)],
    ),
  );
  return new Documents(keys, rows, clock[0].now);
}

/** @throws {ConcurrentChange} if another transaction has written one of them in the meantime */
export async function writeDocuments(manager: EntityManager, documents: readonly Document[]): Promise<void> {
  const written = await manager.query<unknown[]>(
    `insert into allocation.document as stored
            (kind, id, order_id, batch_reference, content, result, created_at, cancelled_at)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[],
                          $7::timestamptz[], $8::timestamptz[])
     on conflict (kind, id) do update set cancelled_at = excluded.cancelled_at
        where excluded.cancelled_at is not null and stored.cancelled_at is null
     returning 1`,
    [
      documents.map(({ kind }) => kind),
      documents.map(({ id }) => id),
      documents.map(({ orderId }) => orderId),
      documents.map(({ batchReference }) => batchReference),
      documents.map(({ content }) => content),
      documents.map(({ result }) => JSON.stringify(result)),
      documents.map(({ createdAt }) => createdAt),
      documents.map(({ cancelledAt }) => cancelledAt),
    ],
  );
  if (written.length !== documents.length) throw new ConcurrentChange(documents.map(({ id }) => id));
}
