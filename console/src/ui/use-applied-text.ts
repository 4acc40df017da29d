import { useEffect, useRef, useState } from 'react';

/** Long enough that a word is typed to its end. */
const PAUSE_MS = 400;

interface TypedText {
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** Does not wait for the pause. */
  readonly applyNow: () => void;
}

/**
 * The text of a filter, which takes effect when there is a pause in typing; not any more once its page was left.
 * @param value as the address has it
 */
export function useTypedText(value: string, apply: (text: string) => void, pauseMs = PAUSE_MS): TypedText {
  const [typed, setTyped] = useState(value);
  /** What the address has or will have. */
  const [applied, setApplied] = useState(value);
  const [seen, setSeen] = useState(value);
  const latest = useRef(apply);
  if (seen !== value) {
    setSeen(value);
    // Changed elsewhere, e.g. by a link or the back button. What was applied here may have been typed on.
    if (value !== applied) {
      setTyped(value);
      setApplied(value);
    }
  }
  const text = typed.trim();
  useEffect(() => {
    latest.current = apply;
  });
  useEffect(() => {
    if (text === applied) return;
    const timer = setTimeout(() => {
      setApplied(text);
      latest.current(text);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [text, applied, pauseMs]);
  return {
    value: typed,
    onChange: setTyped,
    applyNow: () => {
      if (text === applied) return;
      setApplied(text);
      apply(text);
    },
  };
}

/** `useTypedText` as the properties of a field. */
export function useAppliedText(value: string, apply: (text: string) => void, pauseMs?: number) {
  const { value: typed, onChange } = useTypedText(value, apply, pauseMs);
  return { value: typed, onChange };
}
