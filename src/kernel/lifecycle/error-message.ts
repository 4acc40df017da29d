/**
 * What went wrong, in one line for the log or an operator: the message, and that of its cause. An error without a
 * message, such as that of a connection which was tried at several addresses, has its code.
 */
export function errorMessage(error: unknown): string {
  const { message, code, name, cause } = (error ?? {}) as Partial<
    Record<'message' | 'code' | 'name' | 'cause', unknown>
  >;
  if (typeof message !== 'string') return String(error);
  const words = message || String(code ?? name);
  return cause === undefined ? words : `${words.replace(/\.$/, '')}: ${errorMessage(cause)}`;
}
