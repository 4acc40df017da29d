/**
 * The cursor after which a list in the order of codes begins with those that begin with `prefix`: a cursor is exclusive, so
 * it is the code that is just before the prefix itself.
 */
export const beforeAllThatBeginWith = (prefix: string): string => {
  const last = prefix.charCodeAt(prefix.length - 1);
  return `${prefix.slice(0, -1)}${String.fromCharCode(last - 1)}~`;
};
