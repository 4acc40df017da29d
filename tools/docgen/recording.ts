/** A command of the tour as it was typed, with what it printed and how long that took. */
export interface Recorded {
  readonly command: string;
  readonly output: string;
  readonly seconds: number;
}

/** A comment, or a command, of the first block of code under the heading. */
export interface TourLine {
  readonly kind: 'comment' | 'command';
  readonly text: string;
}

const HEADING = '## Two minutes with curl';

/** What a reader types in the tour of the README, line by line. @throws {Error} if the README has no such block */
export function tourOf(readme: string): TourLine[] {
  const at = readme.indexOf(HEADING);
  const block = /```sh\n([\s\S]*?)```/.exec(readme.slice(Math.max(at, 0)))?.[1];
  if (at < 0 || block === undefined) throw new Error(`The README has no code under "${HEADING}".`);
  return block
    .split('\n')
    .filter((line) => line !== '')
    .map((text) => ({ kind: text.startsWith('#') ? 'comment' : 'command', text }));
}

/** Columns of the terminal that is drawn, and the lines of an answer that are shown at most. */
const COLUMNS = 112;
const MOST_LINES = 3;
const LINE = 17;
const LETTER = 7.23;
const PADDING = 14;
const BAR = 26;
/** Seconds for reading a line, beside the time that the command took. */
const READING = 0.9;

const COLOURS = { comment: '#8b949e', command: '#7ee787', output: '#c9d1d9' } as const;

interface Row {
  readonly kind: keyof typeof COLOURS;
  readonly text: string;
  readonly appears: number;
}

/** An animated picture of the session; where nothing moves, it shows the end. */
export function recordingPicture(tour: readonly TourLine[], recorded: readonly Recorded[]): string {
  const rows = rowsOf(tour, recorded);
  const width = Math.ceil(COLUMNS * LETTER + 2 * PADDING);
  const height = BAR + rows.length * LINE + PADDING;
  const text = rows.map(({ kind, text, appears }, at) => {
    const y = BAR + (at + 1) * LINE;
    return (
      `<text x="${PADDING}" y="${y}" fill="${COLOURS[kind]}" xml:space="preserve" ` +
      `style="animation-duration:${appears.toFixed(2)}s">${escaped(text)}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="12">`,
    '<title>Two minutes with curl</title>',
    `<desc>${escaped(typedIn(tour))}</desc>`,
    '<style>text{animation:wait 1s step-end}@keyframes wait{from{opacity:0}to{opacity:0}}@media(prefers-reduced-motion:reduce){text{animation:none}}</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    ...['#ff5f56', '#ffbd2e', '#27c93f'].map(
      (colour, at) => `<circle cx="${PADDING + 4 + at * 16}" cy="14" r="5" fill="${colour}"/>`,
    ),
    ...text,
    '</svg>',
    '',
  ].join('\n');
}

/** All that is typed; the picture keeps it, so that a test sees when the README has another tour. */
export const typedIn = (tour: readonly TourLine[]): string => tour.map(({ text }) => text).join('\n');

function rowsOf(tour: readonly TourLine[], recorded: readonly Recorded[]): Row[] {
  const rows: Row[] = [];
  let now = 0.3;
  let next = 0;
  for (const { kind, text } of tour) {
    const typed = kind === 'comment' ? text : `$ ${text}`;
    rows.push(...wrapped(typed).map((line) => ({ kind, text: line, appears: now })));
    now += READING;
    if (kind === 'comment') continue;
    const { output, seconds } = recorded[next++]!;
    now += seconds;
    const lines = output.trimEnd().split('\n').flatMap(wrapped);
    const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES - 1), '…'] : lines;
    if (output.trim() !== '')
      rows.push(...shown.map((line) => ({ kind: 'output' as const, text: line, appears: now })));
    now += READING;
  }
  return rows;
}

const wrapped = (line: string): string[] => line.match(new RegExp(`.{1,${COLUMNS}}`, 'gu')) ?? [''];

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
