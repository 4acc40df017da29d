import type { ESLint } from 'eslint';

export const ignoredSteps: ESLint.Plugin;
