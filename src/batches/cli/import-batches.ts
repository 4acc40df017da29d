import { Option, type Command } from 'commander';
import type { ApplicationRunner } from '../../platform/cli/application-runner.js';
import {
  bestBefore,
  bestBeforeOrUnchanged,
  Columns,
  eta,
  etaOrUnchanged,
  flag,
  flagOrUnchanged,
  location,
  quantity,
  quantityOrZero,
  reference,
  sku,
  supplier,
} from '../../platform/cli/import/columns.js';
import { importCommand, type Chosen } from '../../platform/cli/import/import-command.js';
import { Numbering } from '../../platform/cli/import/row-reader.js';
import type { Draft } from '../domain/batch.js';

export type BatchRow = Draft & { readonly reference: string };

export const batchColumns = new Columns<BatchRow>({
  ...{ reference, sku, quantity, eta },
  ...{ location, bestBefore, supplier, blocked: flag },
});

/** For `--update`: what the file has no column for, each batch keeps. */
export const changedBatchColumns = new Columns<BatchRow>({
  ...{ reference, sku, quantity: quantityOrZero, eta: etaOrUnchanged },
  ...{ location, bestBefore: bestBeforeOrUnchanged, supplier, blocked: flagOrUnchanged },
});

const OPTIONS = [
  new Option('--update', 'Change existing batches; the quantity may be 0'),
  new Option(
    '--reference-per-line',
    'For a purchase order of several SKUs: number its rows in the order of the file, as PO-7/1 and PO-7/2 ' +
      '(import the whole file each time; a file of rejects keeps its numbers)',
  ),
];

const ADVICE = 'If it is a purchase order of several SKUs, add --reference-per-line.';

/** `import batches FILE` */
export function importBatches(run: ApplicationRunner): Command {
  return importCommand<BatchRow>(
    {
      name: 'batches',
      description: 'Register batches from a file',
      options: OPTIONS,
      columns: batchColumns,
      keyOf: ({ sku }) => sku,
      identity: {
        of: ({ reference }) => [reference],
        describe: ({ reference }) => `batch ${reference}`,
        advice: `A reference belongs to one SKU and one row. ${ADVICE}`,
      },
      variant: (chosen) => ({
        ...(isUpdate(chosen) && {
          columns: changedBatchColumns,
          labels: ['registered', 'updated', 'unchanged'],
        }),
        ...(chosen.referencePerLine === true && { numbering: new Numbering('reference') }),
      }),
      submitter: async ({ commands }, chosen) => {
        const { RegisterBatches } = await import('../commands/register-batches.js');
        const { BatchConflict, ReferenceOfOtherSku } = await import('../domain/errors.js');
        return async (batches) => {
          const results = await commands.execute(new RegisterBatches(batches, { update: isUpdate(chosen) }));
          return results.map((result, i) =>
            result instanceof ReferenceOfOtherSku && chosen.referencePerLine !== true
              ? new BatchConflict(batches[i]!.reference, `${result.message} ${ADVICE}`)
              : result,
          );
        };
      },
    },
    run,
  );
}

const isUpdate = ({ update }: Chosen): boolean => update === true;
