import cluster, { type Worker } from 'node:cluster';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import type { Telemetry } from './telemetry.js';

/** Longer than a worker takes to collect. One that does not answer in this time is left out. */
const PATIENCE_MS = 3_000;

/** A scrape reaches any one of several workers. That one asks all of them, through the primary process. */
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

/** In the primary process: forwards questions and answers between workers. */
export function relayClusterMetrics(): void {
  cluster.on('message', (from: Worker, message: unknown) => {
    if (!isOurs(message)) return;
    if (message.earmark === 'measured') return sendToWorker(cluster.workers?.[message.to], message);
    if (message.earmark !== 'measured?') return;
    const asked = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected() === true);
    sendToWorker(from, { earmark: 'asked', question: message.question, workers: asked.length });
    for (const worker of asked) sendToWorker(worker, { ...message, from: from.id });
  });
}

interface Question {
  readonly answers: MetricData[];
  answered: number;
  expected: number;
  readonly done: () => void;
}

/** In a worker: asks all workers, itself included, and answers when it is asked. */
export class ClusterMetrics {
  readonly #open = new Map<number, Question>();
  #questions = 0;

  constructor(private readonly telemetry: Telemetry) {
    if (cluster.isWorker)
      process.on('message', (message: unknown) => isOurs(message) && this.#receive(message));
  }

  /** The metrics of all workers, each series with the number of its worker; without a cluster, those of this process. */
  async collect(): Promise<MetricData[]> {
    if (!cluster.isWorker) return this.telemetry.collect();
    const question = ++this.#questions;
    let timer: NodeJS.Timeout | undefined;
    const answers: MetricData[] = [];
    await new Promise<void>((done) => {
      timer = setTimeout(done, PATIENCE_MS);
      this.#open.set(question, { answers, answered: 0, expected: Infinity, done });
      sendToPrimary({ earmark: 'measured?', question });
    });
    clearTimeout(timer);
    this.#open.delete(question);
    return mergeByName(answers);
  }

  #receive(message: Message): void {
    const { question } = message;
    if (message.earmark === 'measured?') return void this.#answer(question, message.from!);
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
    const metrics = await this.telemetry.collect();
    sendToPrimary({ earmark: 'measured', question, from: cluster.worker!.id, to, metrics });
  }
}

function sendToPrimary(message: Message): void {
  if (process.connected) process.send?.(message, undefined, undefined, ignoreError);
}

function sendToWorker(worker: Worker | undefined, message: Message): void {
  if (worker?.isConnected() === true) worker.send(message, ignoreError);
}

/** A worker may have ended in the meantime. Without a callback the error would end the sender. */
const ignoreError = (): void => undefined;

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

/** Prometheus requires the series of a metric to stand together. */
function mergeByName(metrics: readonly MetricData[]): MetricData[] {
  const byName = new Map<string, MetricData>();
  for (const metric of metrics) {
    const { name } = metric.descriptor;
    const known = byName.get(name);
    if (known) (known.dataPoints as unknown[]).push(...metric.dataPoints);
    else byName.set(name, { ...metric, dataPoints: [...metric.dataPoints] } as MetricData);
  }
  return [...byName.values()];
}
