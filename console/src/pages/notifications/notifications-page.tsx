import { useNavigate, useSearch } from '@tanstack/react-router';
import { SEARCH } from '../../app/search.js';
import { Filters, SelectField } from '../../ui/field.js';
import { FilterText } from '../../ui/filter-text.js';
import { Page } from '../../ui/page.js';
import { LostPromises } from './lost-promises.js';
import { Mails, STATES } from './mails.js';

export function NotificationsPage() {
  const { sku, state } = useSearch({ from: '/notifications' });
  const navigate = useNavigate({ from: '/notifications' });
  return (
    <Page
      title="Notifications"
      intro="What the buyers were told by mail: that a SKU runs short, that a batch is late, that promises were lost."
    >
      <Filters>
        <FilterText
          label="SKU"
          className="w-56"
          value={sku}
          onChange={(value) => void navigate({ search: (before) => ({ ...before, sku: value }) })}
        />
        <SelectField
          label="Mail"
          className="w-40"
          value={state ?? ''}
          onChange={({ target }) =>
            void navigate({ search: (before) => SEARCH.notifications({ ...before, state: target.value }) })
          }
        >
          <option value="">In any state</option>
          {Object.entries(STATES).map(([value, { name }]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
      </Filters>
      {/* Those of another SKU are not shown until its own are there. */}
      <LostPromises key={`lost promises of ${sku}`} sku={sku} />
      <Mails key={`mails about ${sku}`} sku={sku} state={state} />
    </Page>
  );
}
