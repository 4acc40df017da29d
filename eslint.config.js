import { defineConfig } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** What oxlint cannot see: `.oxlintrc.json` has all other rules. Boundaries have a configuration of their own, `tools/boundaries`. */
export default defineConfig(
  {
    files: ['{src,test/platform,tools/bench}/**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      // oxlint does not know that decorators need the classes of what is injected, not only their types.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // oxlint does not know that what is assigned before an error is used after it.
      'no-useless-assignment': 'error',
    },
  },
  {
    files: ['console/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
    languageOptions: { parser: tseslint.parser },
    // The compiler that it speaks of is not used.
    rules: { 'react-hooks/incompatible-library': 'off' },
  },
);
