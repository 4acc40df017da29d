import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const STORED = 'earmark.theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

/** Undefined in a browser that lets pages store nothing: reading `localStorage` throws there. */
const storage = ((): Storage | undefined => {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
})();

const stored = (): Theme => {
  const text = storage?.getItem(STORED);
  return text === 'light' || text === 'dark' ? text : 'system';
};

let theme = stored();

function apply(): void {
  const isDark = theme === 'dark' || (theme === 'system' && dark.matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
}

/** Applies the theme that was chosen on this browser, or that of the system. */
export function startTheme(): void {
  apply();
  dark.addEventListener('change', apply);
}

export function chooseTheme(chosen: Theme): void {
  theme = chosen;
  if (chosen === 'system') storage?.removeItem(STORED);
  else storage?.setItem(STORED, chosen);
  apply();
  for (const listener of listeners) listener();
}

export const useTheme = (): Theme =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => theme,
  );
