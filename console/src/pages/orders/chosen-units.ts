import { wholeNumber } from '../../data/whole-number.js';
import { grouped } from '../../ui/numbers.js';

/** Units of a line. */
export interface Chosen {
  readonly sku: string;
  readonly quantity: number;
}

interface TypedUnits {
  readonly sku: string;
  readonly typed: string;
  /** Units of the line that there are. */
  readonly most: number;
}

/** The lines of which units were chosen, and by SKU what is wrong with those that were typed otherwise. */
export function chosenUnits(lines: readonly TypedUnits[]): {
  readonly chosen: readonly Chosen[];
  readonly errors: Readonly<Record<string, string>>;
} {
  const errors: Record<string, string> = {};
  const chosen = lines.flatMap(({ sku, typed, most }) => {
    const text = typed.trim();
    const quantity = text === '' ? 0 : wholeNumber(text, 0, most);
    if (quantity === null) {
      errors[sku] = `From 0 to ${grouped(most)}.`;
      return [];
    }
    return quantity === 0 ? [] : [{ sku, quantity }];
  });
  return { chosen, errors };
}
