import { printable, printableLines } from './escape-control-characters.js';

/** As terminals number them. */
const COLORS = { red: 31, green: 32, yellow: 33, blue: 34, cyan: 36, gray: 90 } as const;
type Color = keyof typeof COLORS;

const LEVEL_COLORS: Readonly<Record<string, Color>> = {
  fatal: 'red',
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'blue',
};

/** The context of the lines about calls, whose messages say all that a person looks for. */
export const CALLS = 'calls';

/** Fields that a person at a terminal has no use for. */
const HIDDEN = new Set(['pid', 'correlationId', 'trace_id', 'span_id']);

/**
 * A line of the log for a person: time, level, context, message and fields. Nothing in it disturbs a terminal.
 * @param json the line as JSON
 */
export function formatForTerminal(json: string, hasColors: boolean): string {
  const styled = (color: Color, text: string): string =>
    hasColors ? `\u001b[${COLORS[color]}m${text}\u001b[39m` : text;
  const { level, time, context, message, stack, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const shown = context === CALLS ? [] : Object.entries(fields).filter(([name]) => !HIDDEN.has(name));
  const line = [
    styled('gray', String(time)),
    styled(LEVEL_COLORS[String(level)] ?? 'gray', String(level).toUpperCase().padEnd(5)),
    styled('cyan', printable(String(context))),
    printableLines(String(message)),
    ...shown.map(([name, value]) => `${styled('gray', `${printable(name)}=`)}${formatValue(value)}`),
  ].join(' ');
  return typeof stack === 'string' ? `${line}\n${printableLines(stack)}` : line;
}

const formatValue = (value: unknown): string =>
  printable(typeof value === 'string' ? value : JSON.stringify(value));
