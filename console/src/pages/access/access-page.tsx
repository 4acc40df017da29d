import { useQuery } from '@tanstack/react-query';
import { infoQuery, useAllows } from '../../data/session.js';
import { Badge } from '../../ui/badge.js';
import { TimeText } from '../../ui/figures.js';
import { Answer, Empty } from '../../ui/notice.js';
import { Fact, Facts, Page, Section } from '../../ui/page.js';
import { Audit } from './audit.js';
import { Keys } from './keys.js';

export function AccessPage() {
  const info = useQuery(infoQuery);
  const allows = useAllows();
  const isOn = info.data?.features.accessControl;
  return (
    <Page
      title="Access"
      beside={
        isOn !== undefined && (
          <Badge tone={isOn ? 'good' : 'warn'}>
            {isOn ? 'access control is on' : 'access control is off'}
          </Badge>
        )
      }
      intro="Who may call the service, what each may do, and what was done with that."
    >
      <Answer of={info} rows={3}>
        {({ caller }) => (
          <>
            <Section title="You">
              <Facts>
                <Fact name="Signed in as">
                  {caller.kind === 'loopback'
                    ? 'nobody: calls from this machine need no key yet'
                    : `${caller.name} (${caller.kind === 'key' ? 'a key' : 'an account'})`}
                </Fact>
                <Fact name="You may">
                  <span className="flex flex-wrap gap-1">
                    {caller.scopes.map((scope) => (
                      <Badge key={scope}>{scope}</Badge>
                    ))}
                  </span>
                </Fact>
                {caller.expiresAt !== null && (
                  <Fact name="Until">
                    <TimeText time={caller.expiresAt} />
                  </Fact>
                )}
              </Facts>
            </Section>
            {allows('keys:write') && <Keys />}
            {allows('admin') && <Audit />}
            {!allows('keys:write') && !allows('admin') && (
              <Empty title="Keys and the audit are for operators">
                Seeing and changing keys takes the scope keys:write, the audit admin.
              </Empty>
            )}
          </>
        )}
      </Answer>
    </Page>
  );
}
