import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Dialog } from '../ui/dialog.js';
import { PLACES } from './places.js';

/** How long after `g` its second key is waited for. */
const CHORD_MS = 1_500;

const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** `/` and Ctrl-K search, `g` and a letter go to a page, `?` lists the keys. */
export function useShortcuts() {
  const navigate = useNavigate();
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null);
  const chordSince = useRef(0);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isPalette = (event.ctrlKey || event.metaKey) && event.key === 'k';
      if (isPalette) event.preventDefault();
      // What a dialog shows or asks would be lost with its page.
      if (document.querySelector('dialog[open]')) return;
      if (isPalette) return setOpen('palette');
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      const isChord = Date.now() - chordSince.current < CHORD_MS;
      chordSince.current = 0;
      const place = isChord && PLACES.find(({ key }) => key === event.key);
      if (place) void navigate({ to: place.to });
      else if (event.key === 'g') chordSince.current = Date.now();
      else if (event.key === '/') setOpen('palette');
      else if (event.key === '?') setOpen('keys');
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [navigate]);

  return {
    isPaletteOpen: open === 'palette',
    isKeyListOpen: open === 'keys',
    openPalette: () => setOpen('palette'),
    close: () => setOpen(null),
  };
}

export function KeyList({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const keys = [
    ['/ or Ctrl K', 'Search SKUs, orders, batches and actions'],
    ...PLACES.map(({ key, name }) => [`g ${key}`, `Go to ${name}`]),
    ['?', 'List the keys'],
    ['Esc', 'Close what is open'],
  ];
  return (
    <Dialog title="Keys" isOpen={isOpen} onClose={onClose}>
      <table className="w-full">
        <tbody>
          {keys.map(([key, text]) => (
            <tr key={key} className="border-t border-edge">
              <th scope="row" className="py-1 pr-4 text-left font-mono font-normal whitespace-nowrap">
                {key}
              </th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
