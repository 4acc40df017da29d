import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { boundaries } from './tools/boundaries/eslint.boundaries.js';
import { ignoredSteps } from './tools/lint/ignored-steps.js';

export default defineConfig(
  // What is generated for the client looks as its generator writes it.
  globalIgnores(['**/dist/', 'coverage/', '.data/', 'client/src/generated/']),
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { earmark: ignoredSteps },
    rules: {
      'earmark/ignored-steps': 'error',
      // A promise nobody waits for is an error nobody sees.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // Nest modules are classes without members.
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  {
    // Without types: those of the router take the linter longer than everything else together. `tsc` checks the types.
    files: ['console/**/*.tsx', 'console/**/*.ts'],
    extends: [tseslint.configs.disableTypeChecked, reactHooks.configs.flat.recommended],
    languageOptions: { parserOptions: { projectService: false } },
    rules: {
      'earmark/ignored-steps': 'off',
      // The compiler that it speaks of is not used.
      'react-hooks/incompatible-library': 'off',
    },
  },
  {
    // A package of its own, whose packages may not be installed: `tsc` checks its types there, with its own test.
    files: ['examples/vendure/**/*.ts'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: {
      'earmark/ignored-steps': 'off',
      // Decorators need the classes of what is injected, not only their types.
      '@typescript-eslint/consistent-type-imports': 'off',
      // GraphQL answers have the parts that were asked for.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // Configuration files and test helpers that Node runs as they stand.
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  ...boundaries(),
);
