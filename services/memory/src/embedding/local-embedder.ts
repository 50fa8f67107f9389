import { Worker } from 'node:worker_threads';
import { unit } from '../vectors/quantise.js';
import type { Embedder } from './embedder.js';
import { embedderUnavailable } from './embedder-error.js';
import { windowsOf } from './windows.js';

/** Always the built one, from the sources too: a thread reads no TypeScript. */
const PROGRAM = new URL('../../dist/embedding/local-worker.js', import.meta.url);
/** Of all-MiniLM-L6-v2. */
const DIMENSIONS = 384;
export const LOCAL_VERSION = 'local:minilm-l6-v2-fp16@0.1.0';
/** After its thread ended (no weights, no memory) so long no other is started: each that fails would cost a recall. */
const REST_MS = 30_000;
/** Texts that wait at most, some seconds of work: whoever comes then goes without, or comes again. */
const MAX_WAITING = 512;

export interface LocalEmbedderOptions {
  /** Of the thread; tests put another in. */
  program?: URL;
  /** Milliseconds. */
  now?: () => number;
}

interface Job {
  text: string;
  resolve: (vector: Float32Array) => void;
  reject: (error: unknown) => void;
}

/**
 * all-MiniLM-L6-v2 in a thread of its own, with weights that come with the package: offline, without a service. One text
 * at a time, so that a query waits for one other at most; about 20 ms for a sentence on a core. The thread is started with
 * the first text and takes some 300 MiB.
 */
export class LocalEmbedder implements Embedder {
  readonly version = LOCAL_VERSION;
  readonly dimensions = DIMENSIONS;
  private worker: Worker | undefined;
  private readonly urgent: Job[] = [];
  private readonly waiting: Job[] = [];
  private running: Job | undefined;
  private closed = false;
  private rest: { until: number; cause: Error } | undefined;
  private readonly program: URL;
  private readonly now: () => number;

  constructor({ program = PROGRAM, now = Date.now }: LocalEmbedderOptions = {}) {
    this.program = program;
    this.now = now;
  }

  async embed(texts: readonly string[], { urgent = false } = {}): Promise<Float32Array[]> {
    return Promise.all(texts.map((text) => this.embedOne(text, urgent)));
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.worker?.terminate();
    this.fail(new Error('the service is stopping'));
  }

  private async embedOne(text: string, urgent: boolean): Promise<Float32Array> {
    const vectors = await Promise.all(windowsOf(text).map((window) => this.run(window, urgent)));
    const [only] = vectors;
    if (vectors.length === 1 && only) return only;
    return unit(
      Float32Array.from({ length: DIMENSIONS }, (_, index) =>
        vectors.reduce((sum, vector) => sum + (vector[index] ?? 0), 0),
      ),
    );
  }

  private run(text: string, urgent: boolean): Promise<Float32Array> {
    const queue = urgent ? this.urgent : this.waiting;
    if (this.rest && this.now() < this.rest.until)
      return Promise.reject(embedderUnavailable(this.rest.cause.message, this.rest.cause));
    if (queue.length >= MAX_WAITING)
      return Promise.reject(embedderUnavailable(`${MAX_WAITING} texts wait for it already`));
    return new Promise((resolve, reject) => {
      queue.push({ text, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    if (this.running) return;
    this.running = this.urgent.shift() ?? this.waiting.shift();
    if (!this.running) return;
    if (this.closed) this.fail(new Error('the service is stopping'));
    else this.start().postMessage(this.running.text);
  }

  private start(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(this.program, { env: {}, argv: [], execArgv: [] });
    worker.on('message', (answer: Float32Array | string) => {
      const job = this.running;
      this.running = undefined;
      if (typeof answer === 'string') job?.reject(embedderUnavailable(answer));
      else job?.resolve(answer);
      this.next();
    });
    worker.on('error', (error) => this.ended(worker, error));
    worker.on('exit', (code) => this.ended(worker, new Error(`its thread ended with ${code}`)));
    // What is embedded in the background keeps no process alive.
    worker.unref();
    this.worker = worker;
    return worker;
  }

  /** Told twice of one thread, by its error and by its end: the second must not be taken for the next one's. */
  private ended(worker: Worker, cause: Error): void {
    if (worker !== this.worker) return;
    this.rest = { until: this.now() + REST_MS, cause };
    this.fail(cause);
  }

  /** All that wait are told; another thread is started by a text after the rest. */
  private fail(cause: Error): void {
    this.worker = undefined;
    const jobs = [...(this.running ? [this.running] : []), ...this.urgent.splice(0), ...this.waiting.splice(0)];
    this.running = undefined;
    for (const { reject } of jobs) reject(embedderUnavailable(cause.message, cause));
  }
}
