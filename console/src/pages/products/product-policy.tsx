import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAllows } from '../../data/session.js';
import { Button } from '../../ui/button.js';
import { counted, DateText } from '../../ui/figures.js';
import { Answer } from '../../ui/notice.js';
import { Fact, Facts, Section } from '../../ui/page.js';
import { BACKORDERS, ChangePolicy, PREFERENCES } from './change-policy.js';
import { policyQuery } from './policy-query.js';

/** Who gets the units of the product. */
export function ProductPolicy({ sku }: { readonly sku: string }) {
  const [isOpen, setOpen] = useState(false);
  const allows = useAllows();
  const policy = useQuery(policyQuery(sku));
  return (
    <Section
      title="Policy"
      actions={
        allows('policies:write') &&
        policy.data && <Button onClick={() => setOpen(true)}>Change the policy</Button>
      }
    >
      <Answer of={policy} rows={3}>
        {({ preference, backorders, minimumShelfLifeDays, protections }) => (
          <Facts>
            <Fact name="Batches of a day">{PREFERENCES[preference][0]}</Fact>
            <Fact name="Lines that wait">{BACKORDERS[backorders][0]}</Fact>
            <Fact name="Shelf life">
              {minimumShelfLifeDays === 0
                ? 'until the day it is needed'
                : `${counted(minimumShelfLifeDays, 'day')} longer than needed`}
            </Fact>
            <Fact name="Protected">
              {protections.length === 0
                ? 'nothing'
                : protections.map(({ channel, quantity, until }, index) => (
                    <span key={index} className="block">
                      {`the last ${counted(quantity, 'unit')} for ${channel === null ? 'nobody (safety stock)' : `${channel} only`}`}
                      {until !== null && (
                        <>
                          , until <DateText date={until} />
                        </>
                      )}
                    </span>
                  ))}
            </Fact>
          </Facts>
        )}
      </Answer>
      {isOpen && policy.data && <ChangePolicy policy={policy.data} onClose={() => setOpen(false)} />}
    </Section>
  );
}
