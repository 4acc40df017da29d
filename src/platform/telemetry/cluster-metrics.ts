import cluster, { type Worker } from 'node:cluster';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import type { Telemetry } from './telemetry.js';

/** Longer than a process takes to collect; one that does not answer in this time is left out. */
const PATIENCE_MS = 3_000;

/** A scrape reaches one of several workers by chance: that one asks all of them, by way of the process above. */
type Message =
  | { readonly earmark: 'measured?'; readonly question: number; readonly from?: number }
  | { readonly earmark: 'asked'; readonly question: number; readonly workers: number }
  | {
      readonly earmark: 'measured';
      readonly question: number;
      readonly from: number;
      readonly to: number;
      readonly metrics: MetricData[];
    };

const isOurs = (message: unknown): message is Message =>
  typeof message === 'object' && message !== null && 'earmark' in message;

/** In the process above: hands questions and answers on. */
export function relayClusterMetrics(): void {
  cluster.on('message', (from: Worker, message: unknown) => {
    if (!isOurs(message)) return;
    if (message.earmark === 'measured') {
      tellWorker(cluster.workers?.[message.to], message);
      return;
    }
    if (message.earmark !== 'measured?') return;
    const asked = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected() === true);
    tellWorker(from, { earmark: 'asked', question: message.question, workers: asked.length });
    for (const worker of asked) tellWorker(worker, { ...message, from: from.id });
  });
}

interface Question {
  readonly answers: MetricData[];
  answered: number;
  expected: number;
  readonly done: () => void;
}

/** In a worker: asks all of them, itself included, and answers when it is asked. */
export class ClusterMetrics {
  readonly #telemetry: Telemetry;
  readonly #open = new Map<number, Question>();
  #questions = 0;

  constructor(telemetry: Telemetry) {
    this.#telemetry = telemetry;
    if (cluster.isWorker) process.on('message', (message: unknown) => isOurs(message) && this.#hear(message));
  }

  /** What all of the workers have measured, each series with the worker's number; of a process that is alone, as it is. */
  async collect(): Promise<MetricData[]> {
    if (!cluster.isWorker) return this.#telemetry.collect();
    const question = ++this.#questions;
    let timer: NodeJS.Timeout | undefined;
    const answers: MetricData[] = [];
    await new Promise<void>((done) => {
      timer = setTimeout(done, PATIENCE_MS);
      this.#open.set(question, { answers, answered: 0, expected: Infinity, done });
      tell({ earmark: 'measured?', question });
    });
    clearTimeout(timer);
    this.#open.delete(question);
    return together(answers);
  }

  #hear(message: Message): void {
    const { question } = message;
    if (message.earmark === 'measured?') {
      void this.#answer(question, message.from!);
      return;
    }
    const open = this.#open.get(question);
    if (!open) return;
    if (message.earmark === 'asked') {
      open.expected = message.workers;
    } else {
      open.answered++;
      open.answers.push(...labelled(message.metrics, message.from));
    }
    if (open.answered >= open.expected) open.done();
  }

  async #answer(question: number, to: number): Promise<void> {
    const metrics = await this.#telemetry.collect();
    tell({ earmark: 'measured', question, from: cluster.worker!.id, to, metrics });
  }
}

function tell(message: Message): void {
  if (process.connected) process.send?.(message, undefined, undefined, nobody);
}

function tellWorker(worker: Worker | undefined, message: Message): void {
  if (worker?.isConnected() === true) worker.send(message, nobody);
}

/** Whoever has ended in the meantime is not told; without this, it would end whoever tells him. */
const nobody = (): void => undefined;

function labelled(metrics: readonly MetricData[], worker: number): MetricData[] {
  const label = { worker: String(worker) };
  return metrics.map((metric) => {
    const dataPoints = metric.dataPoints.map((point) => ({
      ...point,
      attributes: { ...point.attributes, ...label },
    }));
    return { ...metric, dataPoints } as MetricData;
  });
}

/** Prometheus takes the series of a metric in one piece only. */
function together(metrics: readonly MetricData[]): MetricData[] {
  const byName = new Map<string, MetricData>();
  for (const metric of metrics) {
    const { name } = metric.descriptor;
    const known = byName.get(name);
    if (known) (known.dataPoints as unknown[]).push(...metric.dataPoints);
    else byName.set(name, { ...metric, dataPoints: [...metric.dataPoints] } as MetricData);
  }
  return [...byName.values()];
}
