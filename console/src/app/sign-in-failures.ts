/** Why a sign-in at the issuer has failed, by the code that the service gives in the address. */
const FAILURES: Readonly<Record<string, string>> = {
  'not-set-up': 'The service knows no issuer to sign in with.',
  expired: 'It took too long, or another sign-in began in this browser.',
  denied: 'The issuer has refused it.',
  'issuer-unavailable': 'The issuer does not answer.',
  'token-rejected': 'The issuer has given a token that the service does not accept.',
  'token-too-long': 'The issuer has given a token that is too long for a cookie.',
};

/** A sentence about the code; an address can be made by anybody, so what it says otherwise is not shown. */
export const failureText = (code: string): string =>
  Object.hasOwn(FAILURES, code) ? `${FAILURES[code]} For an operator: ${code}.` : 'It is not known why.';
