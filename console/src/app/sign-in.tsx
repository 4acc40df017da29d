import { useLocation } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { queryClient } from '../data/api-query.js';
import { signIn, type Session } from '../data/session.js';
import { Button, buttonLook } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { messageOf, Notice } from '../ui/notice.js';
import { signInAddress } from './sign-in-address.js';
import { failureText } from './sign-in-failures.js';

/** Shown instead of a page, at its address: after the sign-in that page is shown. */
export function SignIn({ session }: { readonly session: Session }) {
  const [key, setKey] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const { failure, issuer } = signInAddress(useLocation().publicHref);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await signIn(key.trim());
      await queryClient.resetQueries();
    } catch (thrown) {
      setError(messageOf(thrown));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="mx-auto flex min-h-screen max-w-sm flex-col justify-center gap-5 p-5">
      <div className="flex items-center gap-3">
        <img src="/console/icon.svg" alt="" className="size-9" />
        <h1 className="text-2xl font-semibold">Earmark</h1>
      </div>
      {failure !== null && (
        <Notice tone="bad" title="The sign-in has failed">
          {failureText(failure)} Try again, or sign in with a key.
        </Notice>
      )}
      {session.canUseIssuer && (
        <a href={issuer} className={buttonLook('primary')}>
          Sign in with your account
        </a>
      )}
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <TextField
          label="API key"
          type="password"
          autoComplete="current-password"
          placeholder="earmark_…"
          value={key}
          onChange={(event) => setKey(event.target.value)}
          error={error}
          hint="An operator creates one with `earmark keys create`. You can do here what its scopes allow."
          required
        />
        <Button
          type="submit"
          kind={session.canUseIssuer ? 'plain' : 'primary'}
          isBusy={isBusy}
          disabled={key.trim() === ''}
        >
          Sign in
        </Button>
      </form>
    </main>
  );
}
