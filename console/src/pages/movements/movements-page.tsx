import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { SEARCH } from '../../app/search.js';
import { Button } from '../../ui/button.js';
import { Filters, SelectField } from '../../ui/field.js';
import { FilterText } from '../../ui/filter-text.js';
import { Page, Section } from '../../ui/page.js';
import { SkuField } from '../../ui/sku-field.js';
import { say, sayFailed } from '../../ui/toasts.js';
import { useAppliedText } from '../../ui/use-applied-text.js';
import { downloadMovements } from './download-movements.js';
import type { MovementFilter } from './movements-query.js';
import { KINDS, MovementsTable } from './movements-table.js';

const route = getRouteApi('/movements');

export function MovementsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [isBusy, setBusy] = useState(false);
  const filter: MovementFilter = {
    ...(search.sku !== undefined && { sku: search.sku }),
    ...(search.batchReference !== undefined && { batchReference: search.batchReference }),
    ...(search.orderId !== undefined && { orderId: search.orderId }),
    ...(search.kind !== undefined && { kind: search.kind }),
  };
  const set = (name: keyof MovementFilter, value: string | undefined) =>
    void navigate({
      search: (before) => SEARCH.movements({ ...before, [name]: value }),
      replace: true,
    });

  const sku = useAppliedText(search.sku ?? '', (text) => set('sku', text));

  const download = async () => {
    setBusy(true);
    try {
      say(`Saved as ${await downloadMovements(filter)}`);
    } catch (error) {
      sayFailed(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Page
      title="Movements"
      intro="Why every batch has the units that it has: each change, what it left, why, and who did it."
      actions={
        <Button isBusy={isBusy} onClick={() => void download()}>
          Download as CSV
        </Button>
      }
    >
      <Filters>
        <SkuField label="Product" {...sku} className="w-52" />
        <FilterText
          label="Batch"
          value={search.batchReference}
          onChange={(text) => set('batchReference', text)}
          className="w-44"
        />
        <FilterText
          label="Order"
          value={search.orderId}
          onChange={(text) => set('orderId', text)}
          className="w-44"
        />
        <SelectField
          label="Kind"
          value={search.kind ?? ''}
          onChange={(event) => set('kind', event.target.value)}
          className="w-44"
        >
          <option value="">all</option>
          {Object.entries(KINDS).map(([kind, [name]]) => (
            <option key={kind} value={kind}>
              {name}
            </option>
          ))}
        </SelectField>
        {Object.keys(filter).length > 0 && (
          <Button kind="quiet" onClick={() => void navigate({ search: {}, replace: true })}>
            Show all
          </Button>
        )}
      </Filters>
      <Section title="The newest first" isFlush>
        <MovementsTable filter={filter} />
      </Section>
    </Page>
  );
}
