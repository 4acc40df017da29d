import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

interface Props {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly { readonly color: string; readonly counts: readonly number[] }[];
  /** Which point the pointer is at; null: none. */
  readonly onPoint: (index: number | null) => void;
}

const HEIGHT_PX = 180;

/** Series of counts over time. */
export function Curve({ label, times, series, onPoint }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const point = useRef(onPoint);
  const data = [[...times], ...series.map(({ counts }) => [...counts])] as unknown as uPlot.AlignedData;
  const latest = useRef({ data, colors: series.map(({ color }) => color) });
  useEffect(() => {
    point.current = onPoint;
    latest.current = { data, colors: series.map(({ color }) => color) };
    plot.current?.setData(data);
  });

  useEffect(() => {
    const element = frame.current!;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(
        optionsOf(latest.current.colors, element.clientWidth, (index) => point.current(index)),
        latest.current.data,
        element,
      );
    };
    draw();
    const resizing = new ResizeObserver(() =>
      plot.current!.setSize({ width: element.clientWidth, height: HEIGHT_PX }),
    );
    resizing.observe(element);
    // The colours are those of the theme, which a canvas does not follow by itself.
    const themes = new MutationObserver(draw);
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      themes.disconnect();
      resizing.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, []);
  return (
    <div
      ref={frame}
      role="img"
      aria-label={label}
      className="w-full overflow-hidden"
      style={{ height: HEIGHT_PX }}
    />
  );
}

function optionsOf(
  colors: readonly string[],
  width: number,
  onPoint: (index: number | null) => void,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const axis: uPlot.Axis = {
    stroke: color('--muted'),
    font,
    grid: { stroke: color('--edge'), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT_PX,
    // At the right there is room for half of the last time.
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { y: { range: (_, __, max) => [0, Math.max(4, max * 1.1)] } },
    axes: [
      { ...axis, values: '{HH}:{mm}', size: 28, space: 70, grid: { show: false } },
      {
        ...axis,
        size: 48,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000],
      },
    ],
    series: [{}, ...colors.map((name) => ({ stroke: color(name), width: 2, points: { show: false } }))],
    hooks: {
      setCursor: [
        ({ cursor }) => onPoint(cursor.left === undefined || cursor.left < 0 ? null : (cursor.idx ?? null)),
      ],
    },
  };
}
