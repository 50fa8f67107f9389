import { Worker } from 'node:worker_threads';
import { OutcomeInDoubt } from '../../tools/outcome-in-doubt.js';
import { messageOf } from '../../shared/error-text.js';
import type { FromSandbox, SandboxEnding, SandboxJob, ToSandbox } from './sandbox-messages.js';
import { Slots } from './slots.js';

/** Programs at once in one host; each has a thread and up to its limit of memory. */
const MAX_PROGRAMS = 8;
/** Calls of one program that are under way at once. */
const MAX_CALLS_AT_ONCE = 16;
/** What a program may overrun its computing time by until its thread is ended: work of the engine itself asks nobody. */
const COMPUTE_GRACE_MS = 1_000;
/** Of V8, for the messages; the program's own memory is the engine's. */
const THREAD_MEMORY_MB = 64;
const THREAD_STACK_MB = 4;

/** Always the built one, from the sources too: a thread reads no TypeScript. */
const PROGRAM = new URL('../../../dist/builtin/javascript/sandbox-worker.js', import.meta.url);

/** What a call of a tool has come to. `code` says what kind of failure it was. */
export interface Answer {
  ok: boolean;
  text: string;
  code?: string;
}

export interface SandboxRun extends SandboxJob {
  /** Performs a call of a granted tool. What it throws ends the program, and is thrown by `run`: what is in doubt before anything else. */
  call: (order: number, tool: string, args: string) => Promise<Answer>;
  /** Ends the program at once. */
  signal: AbortSignal;
}

export interface SandboxOutcome {
  ending: SandboxEnding;
  /** Lines of console output. */
  console: string[];
  /** Calls that were made. */
  calls: number;
}

/** Runs programs of nobody's trust: each in a thread of its own, in an engine of its own, and then both are gone. */
export class Sandbox {
  private readonly slots = new Slots(MAX_PROGRAMS);

  /**
   * Resolves when the program has ended, whichever way, and no call of it is under way any more.
   *
   * @throws what `call` throws, and the signal's reason
   */
  async run(run: SandboxRun): Promise<SandboxOutcome> {
    const free = await this.slots.take(run.signal);
    try {
      const program = new Program(run);
      const [ended] = await Promise.allSettled([program.ended]);
      await program.close();
      const { failures } = program;
      // What is in doubt is said before anything else.
      const failure = failures.find((error) => error instanceof OutcomeInDoubt) ?? failures[0];
      if (failure !== undefined) throw failure;
      if (ended.status === 'rejected') throw ended.reason;
      return { ending: ended.value, console: program.console, calls: program.callCount };
    } finally {
      free();
    }
  }
}

/** One thread, from its start to its end. */
class Program {
  readonly console: string[] = [];
  callCount = 0;
  /** What calls threw. */
  readonly failures: unknown[] = [];
  readonly ended: Promise<SandboxEnding>;

  private readonly worker: Worker;
  private readonly places = new Slots(MAX_CALLS_AT_ONCE);
  /** The answers, each after the one before it. */
  private answers: Promise<void> = Promise.resolve();
  private posted = 0;
  private closed = false;
  private watchdog: NodeJS.Timeout | undefined;
  private settle: (ending: SandboxEnding) => void = () => undefined;
  private fail: (error: unknown) => void = () => undefined;
  private readonly onAbort = () => this.fail(this.run.signal.reason);

  constructor(private readonly run: SandboxRun) {
    this.ended = new Promise<SandboxEnding>((resolve, reject) => {
      this.settle = resolve;
      this.fail = reject;
    });
    const { library, code, input, tools, seed, limits, signal } = run;
    const job: SandboxJob = { ...(library ? { library } : {}), code, input, tools, seed, limits };
    this.worker = new Worker(PROGRAM, {
      workerData: job,
      // Of this process it is given nothing.
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: THREAD_MEMORY_MB,
        maxYoungGenerationSizeMb: THREAD_MEMORY_MB / 4,
        stackSizeMb: THREAD_STACK_MB,
      },
    });
    this.worker.on('message', (message: FromSandbox) => this.hear(message));
    this.worker.on('error', (error) => this.settle(brokenBy(error)));
    this.worker.on('exit', () => this.settle(broken('its thread ended')));
    signal.addEventListener('abort', this.onAbort, { once: true });
    if (signal.aborted) this.onAbort();
  }

  /** Ends the thread, and waits for calls that are under way: what they did has to be known. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.watchdog);
    this.run.signal.removeEventListener('abort', this.onAbort);
    await this.worker.terminate();
    await this.answers;
  }

  private hear(message: FromSandbox): void {
    switch (message.kind) {
      case 'started':
        return this.watch();
      case 'library':
        if (this.run.library) this.run.library.bytecode = message.bytecode;
        return;
      case 'console':
        this.console.push(message.text);
        return;
      case 'call':
        this.callCount += 1;
        return this.answer(message.order, message.tool, message.args);
      case 'idle':
        // It may be at work again on an answer that was sent meanwhile.
        if (message.settled === this.posted) clearTimeout(this.watchdog);
        return;
      case 'ended':
        return this.settle(message.ending);
    }
  }

  private answer(order: number, tool: string, args: string): void {
    const before = this.answers;
    const answer = this.perform(order, tool, args);
    // Heard below, once it is its turn.
    answer.catch(() => undefined);
    this.answers = (async () => {
      await before;
      try {
        const { ok, text, code = '' } = await answer;
        this.post({ order, ok, text, code });
      } catch (error) {
        this.failures.push(error);
        this.fail(error);
      }
    })();
  }

  private async perform(order: number, tool: string, args: string): Promise<Answer> {
    const free = await this.places.take(this.run.signal);
    try {
      return await this.run.call(order, tool, args);
    } finally {
      free();
    }
  }

  private post(message: ToSandbox): void {
    this.posted += 1;
    this.watch();
    this.worker.postMessage(message);
  }

  /** A loop inside of the engine asks no interrupt handler: then only the end of the thread ends it (quickjs-emscripten issue 219). */
  private watch(): void {
    clearTimeout(this.watchdog);
    if (this.closed) return;
    this.watchdog = setTimeout(
      () => this.settle({ is: 'stopped', why: 'compute', error: 'it computed for too long' }),
      this.run.limits.computeMs + COMPUTE_GRACE_MS,
    );
  }
}

function brokenBy(error: unknown): SandboxEnding {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return { is: 'stopped', why: 'memory', error: 'it needed too much memory' };
  return broken(messageOf(error));
}

function broken(error: string): SandboxEnding {
  return { is: 'stopped', why: 'broken', error: error.slice(0, 500) };
}
