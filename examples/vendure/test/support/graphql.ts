/** A caller of one of the APIs of a shop, with a session of its own. */
export class GraphQl {
  #token: string | null = null;

  constructor(private readonly url: string) {}

  /** @throws {Error} if the answer has errors; results that say what was refused are answers */
  async ask<T>(query: string, variables: object = {}): Promise<T> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.#token !== null && { authorization: `Bearer ${this.#token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    this.#token = response.headers.get('vendure-auth-token') ?? this.#token;
    const { data, errors } = (await response.json()) as { data: T; errors?: { message: string }[] };
    if (errors) throw new Error(errors.map(({ message }) => message).join('; '));
    return data;
  }
}

/** A result of Vendure that is an error has these. */
export interface ErrorResult {
  readonly errorCode?: string;
  readonly message?: string;
}
