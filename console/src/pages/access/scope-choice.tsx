import { useAllows } from '../../data/session.js';
import { Button } from '../../ui/button.js';
import { PRESETS, SCOPE_NAMES, SCOPES, type Scope } from './scopes.js';

interface ScopeChoiceProps {
  readonly chosen: readonly Scope[];
  readonly onChange: (scopes: readonly Scope[]) => void;
  /** One that has to be among them. */
  readonly required?: Scope;
}

/** What a key may do. Scopes that the reader does not have cannot be given. */
export function ScopeChoice({ chosen, onChange, required }: ScopeChoiceProps) {
  const allows = useAllows();
  const choose = (scopes: readonly Scope[]) =>
    onChange(SCOPE_NAMES.filter((scope) => scope === required || (scopes.includes(scope) && allows(scope))));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">What it may do</legend>
      <div className="flex flex-wrap items-center gap-2">
        {Object.entries(PRESETS).map(([name, scopes]) => (
          <Button key={name} onClick={() => choose(scopes)}>
            {name}
          </Button>
        ))}
      </div>
      <ul className="grid gap-x-5 gap-y-2 sm:grid-cols-2">
        {SCOPE_NAMES.map((scope) => (
          <li key={scope}>
            <label className="flex items-start gap-2">
              <input
                type="checkbox"
                className="mt-0.5 size-4 shrink-0 accent-accent"
                checked={chosen.includes(scope)}
                disabled={scope === required || !allows(scope)}
                onChange={({ target }) =>
                  choose(target.checked ? [...chosen, scope] : chosen.filter((each) => each !== scope))
                }
              />
              <span>
                <span className="font-medium">{scope}</span>
                <span className="block text-xs text-muted">
                  {allows(scope) ? SCOPES[scope] : 'You do not have it, so you cannot give it.'}
                </span>
              </span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
