interface Point {
  readonly clientX: number;
  readonly clientY: number;
}

type Box = Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>;

/** Whether a point is beside a box. Its scrollbar, which is a part of nothing in it, is not. */
export const isBeside = ({ clientX, clientY }: Point, { left, right, top, bottom }: Box): boolean =>
  clientX < left || clientX > right || clientY < top || clientY > bottom;
