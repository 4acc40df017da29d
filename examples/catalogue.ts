/** How customers buy a piece of furniture: a sofa on its own, chairs around a table. */
export type Habit = 'one' | 'few' | 'set';

export interface Article {
  readonly sku: string;
  readonly habit: Habit;
}

/** Every combination of the alternatives: `'OAK|ASH BENCH 120|160'` stands for four codes. */
function variants(pattern: string): string[] {
  return pattern
    .split(' ')
    .map((part) => part.split('|'))
    .reduce((codes, part) => codes.flatMap((code) => part.map((word) => `${code}-${word}`)));
}

const ranges: readonly [pattern: string, habit: Habit][] = [
  ['OAK|WALNUT|ASH TABLE 140|160|180|200|220|240', 'one'],
  ['OAK|WALNUT EXTENDING-TABLE 180|220', 'one'],
  ['OAK|MARBLE|GLASS COFFEE-TABLE 60|80|110', 'one'],
  ['LINEN|VELVET|LEATHER SOFA 2S|3S|CORNER GREY|SAND|NAVY|MOSS', 'one'],
  ['LINEN|VELVET|LEATHER ARMCHAIR GREY|SAND|NAVY|MOSS', 'few'],
  ['LINEN|WOOL FOOTSTOOL GREY|SAND|NAVY', 'few'],
  ['OAK|WALNUT|PINE BED 90|140|160|180', 'one'],
  ['LATEX|SPRING MATTRESS 90|140|160|180', 'one'],
  ['OAK|WALNUT|PINE NIGHTSTAND 1D|2D', 'few'],
  ['OAK|PINE|WHITE WARDROBE 100|150|200', 'one'],
  ['OAK|WALNUT|WHITE SIDEBOARD 120|160|200', 'one'],
  ['OAK|WHITE|BLACK SHELF 80|120|180', 'few'],
  ['OAK|WALNUT|WHITE DESK 120|140|160', 'one'],
  ['MESH|LEATHER DESK-CHAIR BLACK|GREY', 'few'],
  ['OAK|WALNUT|ASH CHAIR NATURAL|BLACK|WHITE|GREY', 'set'],
  ['VELVET|LINEN DINING-CHAIR GREY|SAND|NAVY|MOSS', 'set'],
  ['OAK|STEEL BAR-STOOL 65|75', 'set'],
  ['OAK|ASH BENCH 120|160', 'few'],
  ['WOOL|JUTE RUG 140X200|170X240|200X300', 'one'],
  ['BRASS|BLACK|PAPER FLOOR-LAMP S|L', 'few'],
  ['BRASS|BLACK|PAPER PENDANT S|M|L', 'few'],
  ['ROUND|ARCHED MIRROR 60|90', 'one'],
  ['LINEN|WOOL|VELVET CUSHION GREY|SAND|NAVY|MOSS', 'few'],
  ['OAK|WHITE CHEST 3D|4D|6D', 'one'],
  ['OAK|STEEL COAT-RACK WALL|FLOOR', 'few'],
];

/** What the retailer sells. */
export const catalogue: readonly Article[] = ranges.flatMap(([pattern, habit]) =>
  variants(pattern).map((sku) => ({ sku, habit })),
);

/** Last year's range: customers still ask for it, but nothing of it was ever bought here. */
export const discontinued: readonly Article[] = variants('BEECH|CHERRY TABLE 150|190').map((sku) => ({
  sku,
  habit: 'one',
}));
