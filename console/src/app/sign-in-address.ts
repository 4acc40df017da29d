/** The parameter by which the service says why a sign-in has failed. */
const FAILURE = 'signInFailed';

interface SignInAddress {
  /** The code of the failure that the address names, or null. */
  readonly failure: string | null;
  /** The path of the page, with its query but without the failure. */
  readonly page: string;
  /** Where a sign-in at the issuer begins that returns to the page. */
  readonly issuer: string;
}

/** @param href the path of the console's page that the sign-in is shown instead of, with its query */
export function signInAddress(href: string): SignInAddress {
  const { pathname, searchParams } = new URL(href, 'http://localhost');
  const failure = searchParams.get(FAILURE);
  searchParams.delete(FAILURE);
  const page = searchParams.size === 0 ? pathname : `${pathname}?${searchParams}`;
  return { failure, page, issuer: `/console/sign-in?${new URLSearchParams({ returnTo: page })}` };
}
