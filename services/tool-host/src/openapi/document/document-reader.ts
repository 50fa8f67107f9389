import { Worker } from 'node:worker_threads';
import type { ReadDocument } from '../operation.js';
import { DocumentFault } from './document-fault.js';
import type { ReadReply, ReadRequest } from './document-worker.js';
import type { ReadOptions } from './read-document.js';

/** Five thousand operations in 20 MB of YAML take a third of this. */
const TIME_LIMIT_MS = 60_000;
const MEMORY_LIMIT_MB = 768;
/** Several documents are often read in a row, and a thread takes longer to start than most documents to read. */
const IDLE_MS = 5_000;
/** Tests run from source, which a thread cannot load; what is built beside it is the same. */
const ENTRY = import.meta.url.endsWith('.ts')
  ? new URL('../../../dist/openapi/document/document-worker.js', import.meta.url)
  : new URL('./document-worker.js', import.meta.url);

/**
 * Reads documents in a thread of its own, one at a time: a large one takes seconds, in which this host has other things to do, and
 * one that was made to be costly ends with its thread.
 */
export class DocumentReader {
  private worker: Worker | undefined;
  private idle: NodeJS.Timeout | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly timeLimitMs = TIME_LIMIT_MS) {}

  /** @throws DocumentFault */
  read(text: string, options: ReadOptions): Promise<ReadDocument> {
    const reading = this.last.then(() => this.readNow({ text, options }));
    this.last = reading.catch(() => undefined);
    return reading;
  }

  private async readNow(request: ReadRequest): Promise<ReadDocument> {
    clearTimeout(this.idle);
    const worker = (this.worker ??= this.start());
    const reply = await this.ask(worker, request).catch((error: unknown) => {
      this.stop(worker);
      throw error;
    });
    this.idle = setTimeout(() => this.stop(worker), IDLE_MS);
    this.idle.unref();
    worker.unref();
    if ('fault' in reply) throw new DocumentFault(reply.fault);
    return reply.document;
  }

  private start(): Worker {
    const worker = new Worker(ENTRY, { resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB } });
    // Also of one that nobody is waiting for.
    worker.on('error', () => this.stop(worker));
    return worker;
  }

  private stop(worker: Worker): void {
    if (this.worker === worker) this.worker = undefined;
    void worker.terminate();
  }

  private ask(worker: Worker, request: ReadRequest): Promise<ReadReply> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        end(() => reject(new DocumentFault(`reading it took longer than ${this.timeLimitMs} ms`)));
      }, this.timeLimitMs);
      const onMessage = (reply: ReadReply): void => end(() => resolve(reply));
      const onError = (error: Error): void =>
        end(() => reject(new DocumentFault(isMemory(error) ? 'reading it took too much memory' : error.message)));
      const onExit = (): void => end(() => reject(new DocumentFault('the thread that read it ended')));
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        settle();
      };
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.ref();
      worker.postMessage(request);
    });
  }
}

function isMemory(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
