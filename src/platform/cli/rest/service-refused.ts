/** The service has refused a call. The message is its reason, in one line. */
export class ServiceRefused extends Error {
  override readonly name = 'ServiceRefused';

  constructor(
    message: string,
    readonly status: number,
    /** The name of the problem for machines, such as `out-of-stock`; null if it was no problem document. */
    readonly code: string | null = null,
    /** Seconds after which the call may be repeated; null: it does not say. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

const TYPE = 'urn:earmark:problem:';

/**
 * Why a call was refused, by the problem document (RFC 9457) that the service has answered with.
 * @param hasKey whether the call had a key
 */
export async function refusalOf(response: Response, hasKey: boolean): Promise<ServiceRefused> {
  const { status, statusText, url } = response;
  const retryAfter = retryAfterOf(response);
  const problem = await problemIn(response);
  if (problem !== null) {
    const advice = status === 401 && !hasKey ? ' Set it as EARMARK_KEY.' : '';
    return new ServiceRefused(
      problem.detail + advice,
      status,
      problem.type.startsWith(TYPE) ? problem.type.slice(TYPE.length) : null,
      retryAfter,
    );
  }
  const { origin } = new URL(url);
  const location = response.headers.get('location');
  const message =
    status >= 300 && status < 400 && location !== null
      ? `${origin} redirects to ${location}: use the URL of the service itself.`
      : `${origin} answers ${`${status} ${statusText}`.trim()}, but not as Earmark does: check the URL, or the proxy in between.`;
  return new ServiceRefused(message, status, null, retryAfter);
}

async function problemIn(response: Response): Promise<{ type: string; detail: string } | null> {
  const text = await response.text().catch(() => '');
  try {
    const { type, detail } = (JSON.parse(text) ?? {}) as Record<string, unknown>;
    return typeof type === 'string' && typeof detail === 'string' ? { type, detail } : null;
  } catch {
    return null;
  }
}

/** The seconds of `Retry-After`, which is a number of them or a date; null if there is none. */
export function retryAfterOf({ headers }: Response, now = Date.now()): number | null {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const at = value === '' ? NaN : Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1_000));
}
