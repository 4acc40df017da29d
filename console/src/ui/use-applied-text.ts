import { useRef, useState } from 'react';

/** Long enough that a word is typed to its end. */
const PAUSE_MS = 400;

/** The text of a filter, which takes effect when there is a pause in typing. */
export function useAppliedText(value: string, apply: (text: string) => void, pauseMs = PAUSE_MS) {
  const [applied, setApplied] = useState(value);
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  if (applied !== value) {
    setApplied(value);
    // Unless it is what was typed here, and may go on.
    if (typed.trim() !== value) setTyped(value);
  }
  return {
    value: typed,
    onChange: (text: string) => {
      setTyped(text);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => apply(text.trim()), pauseMs);
    },
  };
}
