import { useMutation, useQueryClient } from '@tanstack/react-query';

/**
 * A call that changes something. Everything on the page is read again after it, since an event for it may come before or
 * after the answer.
 */
export function useWrite<Input, Data>(
  write: (input: Input) => Promise<Data>,
  whenDone?: (data: Data, input: Input) => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: (data, input) => {
      whenDone?.(data, input);
      void queries.invalidateQueries();
    },
  });
}
