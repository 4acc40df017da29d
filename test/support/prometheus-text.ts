import { expect } from '@jest/globals';
import type { Answer } from './service.js';

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?/g;

/** What Prometheus reads out of `GET /metrics`; lines that it would not take fail. */
export class PrometheusText {
  readonly #series = new Map<string, Series[]>();
  /** As `# TYPE` names them. */
  readonly types = new Map<string, string>();

  static from({ status, headers, body }: Answer<string>): PrometheusText {
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    return new PrometheusText(body);
  }

  constructor(text: string) {
    for (const line of text.split('\n')) {
      const [, typed = '', type = ''] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
      if (typed !== '') {
        // A metric in two pieces is refused.
        expect([typed, this.types.has(typed)]).toEqual([typed, false]);
        this.types.set(typed, type);
      }
      if (line !== '' && !line.startsWith('#')) this.#read(line);
    }
  }

  get names(): string[] {
    return [...this.#series.keys()];
  }

  series(name: string): readonly Series[] {
    return this.#series.get(name) ?? [];
  }

  /** The sum of the series that have these labels among theirs; undefined where there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const found = this.series(name).filter((series) =>
      Object.entries(labels).every(([label, value]) => series.labels[label] === value),
    );
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  }

  #read(line: string): void {
    const [, name = '', labels = '', value = ''] = LINE.exec(line) ?? [];
    expect([line, name]).not.toEqual([line, '']);
    const series = {
      labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, label, text]) => [label!, text!])),
      value: Number(value.replace('Inf', 'Infinity')),
    };
    this.#series.set(name, [...this.series(name), series]);
  }
}
