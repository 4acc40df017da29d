import { isProblem } from '@earmark/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { earmark } from '../../data/earmark.js';
import { fieldError } from '../../data/field-errors.js';
import { startFeed } from '../../data/live-feed.js';
import { FORGOTTEN, useWrite } from '../../data/use-write.js';
import { holdSession, infoQuery, signIn, useAllows } from '../../data/session.js';
import { ActionDialog } from '../../ui/action-dialog.js';
import { TextField } from '../../ui/field.js';
import { messageOf, Notice } from '../../ui/notice.js';
import { ShownOnce } from '../../ui/shown-once.js';
import { say } from '../../ui/toasts.js';
import { ScopeChoice } from './scope-choice.js';
import { SCOPE_NAMES, type Scope } from './scopes.js';

export function CreateKey({ onClose }: { readonly onClose: () => void }) {
  const { data: info } = useQuery(infoQuery);
  // What it was when the dialog was opened: the key that is created changes it.
  const [isFirst] = useState(info?.features.accessControl === false);
  const allows = useAllows();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(() =>
    isFirst ? SCOPE_NAMES.filter((scope) => allows(scope)) : ['read'],
  );
  const [signInProblem, setSignInProblem] = useState<string>();
  const create = useWrite(
    async () => {
      const make = async () =>
        (await earmark.keys.create({ body: { name: name.trim(), scopes: [...scopes] } })).data;
      if (!isFirst) return make();
      // The feed is refused as soon as the key is there, and the sign-in would take the place of the key, which is shown once.
      return holdSession(async () => {
        const made = await make();
        await signIn(made.key).catch((error: unknown) => setSignInProblem(messageOf(error)));
        return made;
      });
    },
    ({ name: created }) => {
      say(`The key ${created} is created`);
      if (isFirst) startFeed();
    },
    FORGOTTEN,
  );

  if (create.data)
    return (
      <ShownOnce title={`The key ${create.data.name}`} name="key" secret={create.data.key} onDone={onClose}>
        {isFirst
          ? aboutFirst(signInProblem)
          : 'Anyone who has it can do what its scopes allow. If it is lost, revoke it and create another one.'}
      </ShownOnce>
    );
  const taken = isProblem(create.error, 'key-name-taken') ? create.error.problem.detail : undefined;
  return (
    <ActionDialog
      isWide
      title={isFirst ? 'Create the first key' : 'Create a key'}
      action={isFirst ? 'Create it and turn access control on' : 'Create the key'}
      isDisabled={name.trim() === '' || scopes.length === 0}
      write={create}
      fields={['name']}
      onAct={() => create.mutate()}
      onClose={onClose}
    >
      {isFirst && <FirstKey />}
      <TextField
        autoFocus
        required
        label="Name"
        maxLength={128}
        placeholder="web-shop"
        hint="Who or what uses it. Events and the audit name it; it is never used for another key."
        value={name}
        error={fieldError(create.error, 'name') ?? taken}
        onChange={({ target }) => setName(target.value)}
      />
      <ScopeChoice
        chosen={scopes}
        onChange={setScopes}
        {...(isFirst && { required: 'keys:write' as const })}
      />
    </ActionDialog>
  );
}

/** @param problem why this browser could not be signed in with it */
function aboutFirst(problem: string | undefined): string {
  const signedIn =
    problem === undefined
      ? 'This browser is signed in with it.'
      : `This browser could not be signed in with it (${problem}): sign in yourself.`;
  return `Without it nobody can create further keys but by the command line on the database. ${signedIn}`;
}

function FirstKey() {
  return (
    <Notice tone="warn" title="The first key turns access control on">
      <ul className="list-disc pl-5">
        <li>From then on every call needs a key: programs and browsers without one are shut out at once.</li>
        <li>
          This browser is signed in with the new key. Other browsers are asked for one, and so is this one
          after a sign-out.
        </li>
        <li>
          It has to have <code>keys:write</code>, or nobody could create another one. Since a key cannot give
          scopes that it does not have, all of them are chosen.
        </li>
      </ul>
    </Notice>
  );
}
