import { type Room, supportsOf } from './rooms.js';

/** Of a box and of what is around it, in pixels. */
const WIDTH = 128;
const HEIGHT = 22;
const GAP = 8;
const LEFT = 46;
const TOP = 34;
/** Boxes of a column that stand beside each other on one floor. */
const BESIDE = 3;

/** Fill and line of the boxes: of features, and of the three that are beneath them. */
const COLOURS: Readonly<Record<string, readonly [string, string]>> = {
  platform: ['#dbeafe', '#2563eb'],
  kernel: ['#dcfce7', '#15803d'],
  vocabulary: ['#f3e8ff', '#7e22ce'],
};
const FEATURE = ['#ffedd5', '#c2410c'] as const;

interface Box extends Room {
  readonly column: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
}

/** The folders of `src` as a house: a column for each part, a row for each floor, lines to what holds a room up. */
export function roomsPicture(rooms: readonly Room[]): string {
  const { boxes, columns, floors, width, height } = arrange(rooms);
  const byName = new Map(boxes.map((box) => [box.name, box]));
  const lines = boxes.flatMap((box) => supportsOf(box, rooms).map((name) => line(box, byName.get(name)!)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11">`,
    '<title>The folders of src: what stands on what</title>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...floors.map(({ y, height }, at) =>
      [
        at % 2 === 0 ? `<rect x="0" y="${y}" width="${width}" height="${height}" fill="#f6f7f9"/>` : '',
        `<text x="14" y="${y + height / 2 + 4}" fill="#6b7280">${floors.length - at}</text>`,
      ].join(''),
    ),
    ...columns.map(
      ({ name, x }) =>
        `<text x="${x}" y="22" font-size="13" font-weight="600" fill="${colours(name)[1]}">${name}</text>`,
    ),
    ...lines,
    ...boxes.map(drawn),
    '</svg>',
    '',
  ].join('\n');
}

/** What starts the service, the features, and what these stand on, in which each is beneath the one before. */
function arrange(rooms: readonly Room[]) {
  const beneath = ['platform', 'kernel', 'vocabulary'];
  const features = [...new Set(rooms.map(columnOf))]
    .filter((name) => name !== 'src' && !beneath.includes(name))
    .sort();
  const highest = Math.max(...rooms.map(({ floor }) => floor));
  const on = (floor: number, column: string) =>
    rooms.filter((room) => room.floor === floor && columnOf(room) === column);
  const floorNumbers = Array.from({ length: highest }, (_, at) => highest - at);

  let x = LEFT;
  const columns = ['src', ...features, ...beneath].map((name) => {
    const beside = Math.min(BESIDE, Math.ceil(Math.max(...floorNumbers.map((n) => on(n, name).length)) / 2));
    const column = { name, x, beside };
    x += beside * (WIDTH + GAP) + 2 * GAP;
    return column;
  });
  let y = TOP;
  const floors = floorNumbers.map((floor) => {
    const rows = Math.max(...columns.map(({ name, beside }) => Math.ceil(on(floor, name).length / beside)));
    const height = rows * (HEIGHT + GAP) + 3 * GAP;
    const drawnFloor = { floor, y, height };
    y += height;
    return drawnFloor;
  });
  const boxes = floors.flatMap(({ floor, y }) =>
    columns.flatMap(({ name, x, beside }) =>
      on(floor, name).map((room, at) => ({
        ...room,
        column: name,
        label: room.name === name ? name : room.name.slice(name.length + 1),
        x: x + (at % beside) * (WIDTH + GAP),
        y: y + 2 * GAP + Math.floor(at / beside) * (HEIGHT + GAP),
      })),
    ),
  );
  return { boxes, columns, floors, width: x, height: y };
}

const columnOf = ({ name }: Room): string => name.split('/')[0]!;

const colours = (column: string): readonly [string, string] => COLOURS[column] ?? FEATURE;

function drawn({ name, floor, imports, column, label, x, y }: Box): string {
  const [fill, stroke] = colours(column);
  const about = `${name}, floor ${floor}${imports.length > 0 ? `, imports ${imports.join(', ')}` : ''}`;
  return (
    `<g><title>${about}</title>` +
    `<rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="4" fill="${fill}" stroke="${stroke}"/>` +
    `<text x="${x + WIDTH / 2}" y="${y + HEIGHT / 2 + 4}" text-anchor="middle" fill="#111827">${label}</text></g>`
  );
}

function line(from: Box, to: Box): string {
  const [x1, y1, x2, y2] = [from.x + WIDTH / 2, from.y + HEIGHT, to.x + WIDTH / 2, to.y];
  const bend = Math.max(18, (y2 - y1) / 2);
  return (
    `<path d="M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}" fill="none" ` +
    `stroke="${colours(from.column)[1]}" stroke-opacity="0.35"/>`
  );
}
