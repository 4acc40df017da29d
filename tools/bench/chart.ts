import type { Finding } from './report.js';
import { median } from './sample.js';

const WIDTH = 560;
const HEIGHT = 300;
const MARGIN = { top: 44, right: 130, bottom: 48, left: 64 };
const COLOURS = ['#1b6ca8', '#c8553d', '#3a7d44', '#8e5aa8'];

/** A finding that has its place on a curve. */
type Placed = Finding & Required<Pick<Finding, 'point'>>;

/** One panel for each scenario whose findings lie on curves: medians, with the lowest and highest round. */
export function chart(findings: Readonly<Record<string, readonly Finding[]>>): string | null {
  const panels = Object.entries(findings)
    .map(
      ([scenario, found]) => [scenario, found.filter((finding) => 'point' in finding) as Placed[]] as const,
    )
    .filter(([, placed]) => placed.length > 0);
  if (panels.length === 0) return null;
  const drawn = panels.map(([scenario, placed], i) => {
    return `<g transform="translate(0 ${i * HEIGHT})">${panel(scenario, placed)}</g>`;
  });
  const size = `width="${WIDTH}" height="${panels.length * HEIGHT}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="12" fill="#222">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

function panel(scenario: string, placed: readonly Placed[]): string {
  const { unit, point } = placed[0]!;
  const x = logarithmic(
    placed.map(({ point }) => point.x),
    MARGIN.left,
    WIDTH - MARGIN.right,
  );
  const levels = decades(placed.flatMap(({ figures }) => figures));
  const y = logarithmic(levels, HEIGHT - MARGIN.bottom, MARGIN.top);
  const curves = [...new Set(placed.map(({ point }) => point.curve))];
  return [
    `<text x="${MARGIN.left}" y="22" font-weight="bold">${scenario} (${unit}, by ${point.axis})</text>`,
    ...levels.map((value) => {
      const line = `<path d="M${MARGIN.left} ${y.at(value)}H${WIDTH - MARGIN.right}" stroke="#ddd"/>`;
      return `${line}<text x="${MARGIN.left - 8}" y="${y.at(value) + 4}" text-anchor="end">${value}</text>`;
    }),
    ...[...new Set(placed.map(({ point }) => point.x))].map((value) => {
      const place = `x="${x.at(value)}" y="${HEIGHT - MARGIN.bottom + 20}"`;
      return `<text ${place} text-anchor="middle">${value.toLocaleString('en')}</text>`;
    }),
    ...curves.map((name, i) =>
      curve(
        name,
        placed.filter(({ point }) => point.curve === name),
        COLOURS[i % COLOURS.length]!,
        i,
      ),
    ),
  ].join('\n');

  function curve(name: string, of: readonly Placed[], colour: string, place: number): string {
    const points = of.map(({ point, figures }) => {
      return { x: x.at(point.x), y: y.at(median(figures)), figures };
    });
    const legendY = MARGIN.top + 8 + place * 18;
    return [
      `<path d="M${points.map((point) => `${point.x} ${point.y}`).join('L')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...points.map(({ x, y: middle, figures }) => {
        const spread = `M${x} ${y.at(Math.min(...figures))}V${y.at(Math.max(...figures))}`;
        return `<path d="${spread}" stroke="${colour}"/><circle cx="${x}" cy="${middle}" r="3" fill="${colour}"/>`;
      }),
      `<text x="${WIDTH - MARGIN.right + 12}" y="${legendY}" fill="${colour}">${name}</text>`,
    ].join('');
  }
}

interface Scale {
  at(value: number): number;
}

function logarithmic(values: readonly number[], from: number, to: number): Scale {
  const lowest = Math.log10(Math.min(...values));
  const highest = Math.log10(Math.max(...values));
  const at = (value: number) => from + ((Math.log10(value) - lowest) / (highest - lowest)) * (to - from);
  return { at: (value) => Math.round(at(value) * 10) / 10 };
}

/** The powers of ten around the values. */
function decades(values: readonly number[]): number[] {
  const lowest = Math.floor(Math.log10(Math.min(...values)));
  const highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: highest - lowest + 1 }, (_, i) => Number((10 ** (lowest + i)).toPrecision(1)));
}
