interface Restriction {
  readonly selector: string;
  readonly message: string;
}

interface Block {
  readonly files: readonly string[];
  readonly rules: { readonly 'no-restricted-syntax': 'off' | readonly ['error', ...Restriction[]] };
}

export function boundaries(features?: readonly string[]): Block[];
