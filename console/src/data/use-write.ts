import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { sayFailed } from '../ui/toasts.js';

/** For an answer with a secret, which stays in no cache once the component that shows it is gone. */
export const FORGOTTEN = { gcTime: 0 } as const;

interface WriteOptions {
  readonly gcTime?: number;
  /** Whether a toast says why it has failed, since nothing that is shown does. */
  readonly saysFailure?: boolean;
}

/**
 * A call that changes something. Everything on the page is read again after it, since an event for it may come before or
 * after the answer; after a failure, too: it was perhaps refused because the page was outdated, or done without an answer.
 */
export function useWrite<Input, Data>(
  write: (input: Input) => Promise<Data>,
  whenDone?: (data: Data, input: Input) => void,
  { saysFailure = false, ...options }: WriteOptions = {},
) {
  const queries = useQueryClient();
  const isShown = useRef(false);
  useEffect(() => {
    isShown.current = true;
    return () => void (isShown.current = false);
  }, []);
  const mutation = useMutation({
    ...options,
    mutationFn: write,
    onSuccess: (data, input) => whenDone?.(data, input),
    onError: (error) => {
      // Nobody sees it in a dialog that was closed before the answer came.
      if (saysFailure || !isShown.current) sayFailed(error);
    },
    onSettled: () => void queries.invalidateQueries(),
  });
  return {
    ...mutation,
    /** Forgets an error. While the call is under way it stays so, and cannot be sent a second time. */
    reset: () => {
      if (!mutation.isPending) mutation.reset();
    },
  };
}
