import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { EvalFlags, JSException, QuickJS, type Deferred, type JSValueHandle } from 'quickjs-wasi';
import { capMemory } from './cap-memory.js';
import { GUEST_PRELUDE } from './guest-prelude.js';
import type { FromSandbox, SandboxEnding, SandboxJob, ToSandbox } from './sandbox-messages.js';

/** What the engine needs for itself, besides what it counts as the program's. */
const ENGINE_BYTES = 16 * 1024 * 1024;
const FILE = 'code.js';

/** One program in one engine of its own: a fresh realm, with no way out but the functions given to the prelude. */
class Guest {
  private readonly open = new Map<number, Deferred>();
  private finish: ((promise: JSValueHandle, boxed: boolean) => void) | undefined;
  private ending: SandboxEnding | undefined;
  private remainingMs: number;
  private deadline = Infinity;
  private outOfTime = false;
  private calls = 0;
  private settled = 0;
  private printed = 0;

  private constructor(
    private readonly vm: QuickJS,
    private readonly job: SandboxJob,
    private readonly post: (message: FromSandbox) => void,
  ) {
    this.remainingMs = job.limits.computeMs;
  }

  static async create(job: SandboxJob, post: (message: FromSandbox) => void): Promise<Guest> {
    const { memoryBytes, stackBytes } = job.limits;
    const engine = await readFile(createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm'));
    const clock = seededClock(job.seed);
    const running: { guest?: Guest } = {};
    const vm = await QuickJS.create({
      // The engine's own limit has had gaps (quickjs-wasi issue 30: typed arrays); the ceiling has none.
      wasm: capMemory(engine, memoryBytes + ENGINE_BYTES),
      memoryLimit: memoryBytes,
      maxStackSize: stackBytes,
      timezoneOffset: 0,
      interruptHandler: () => running.guest?.interrupts() ?? false,
      // What the engine prints is for nobody.
      wasi: (memory: EngineMemory) => ({ clock_time_get: clock(memory), fd_write: () => BAD_FILE }),
    });
    running.guest = new Guest(vm, job, post);
    return running.guest;
  }

  start(): void {
    this.slice(() => {
      this.prepare();
      this.load();
      const { promise, boxed } = this.evaluate(this.job.code);
      this.finish?.(promise, boxed);
    });
  }

  /** A tool has answered. Answers are handed on in the order of the calls, so that code that is repeated goes the same way. */
  settle({ order, ok, text, code }: ToSandbox): void {
    this.settled += 1;
    const deferred = this.open.get(order);
    this.open.delete(order);
    if (deferred && !this.ending) {
      this.slice(() => deferred.resolve(this.vm.newString(JSON.stringify({ ok, text, code }))));
    } else this.post({ kind: 'idle', settled: this.settled });
  }

  private interrupts(): boolean {
    if (!this.outOfTime && performance.now() > this.deadline) this.outOfTime = true;
    return this.outOfTime;
  }

  /** A stretch of computing, with all that follows from it without waiting. */
  private slice(work: () => void): void {
    const began = performance.now();
    this.deadline = began + this.remainingMs;
    try {
      work();
      this.vm.executePendingJobs();
    } catch (error) {
      this.ending ??= endingOf(error);
    }
    this.remainingMs -= performance.now() - began;
    if (this.outOfTime || (this.remainingMs <= 0 && !this.ending)) {
      this.ending = { is: 'stopped', why: 'compute', error: 'it computed for too long' };
    } else if (!this.ending && this.open.size === 0) {
      this.ending = { is: 'stopped', why: 'stuck', error: 'it waits for something that never happens' };
    }
    this.post(this.ending ? { kind: 'ended', ending: this.ending } : { kind: 'idle', settled: this.settled });
  }

  private prepare(): void {
    const { vm, job } = this;
    const { valueCharacters } = job.limits;
    const call = vm.newFunction('call', (tool, args) => this.called(tool, args));
    const print = vm.newFunction('print', (line) => this.print(line));
    const end = vm.newFunction('end', (is, value) => this.end(is, value));
    const values = [vm.newString(job.input), vm.newString(job.tools.join(',')), vm.newNumber(valueCharacters)];
    const finish = vm
      .evalCode(GUEST_PRELUDE, 'prelude.js')
      .consume((prelude) => vm.callFunction(prelude, vm.undefined, call, print, end, ...values));
    this.finish = (promise, boxed) =>
      vm.callFunction(finish, vm.undefined, promise, boxed ? vm.true : vm.false).dispose();
  }

  private load(): void {
    const { library } = this.job;
    if (!library) return;
    const bytecode = library.bytecode ?? this.vm.compile(library.source, 'library.js');
    if (!library.bytecode) this.post({ kind: 'library', bytecode });
    this.vm.evalBytecode(bytecode).dispose();
  }

  /** As a program whose last expression is its value, or, where it says `return`, as the body of a function. */
  private evaluate(code: string): { promise: JSValueHandle; boxed: boolean } {
    try {
      return { promise: this.vm.evalCode(code, FILE, EvalFlags.ASYNC), boxed: true };
    } catch (error) {
      if (!(error instanceof JSException) || error.name !== 'SyntaxError' || !/\breturn\b/.test(code)) throw error;
    }
    return { promise: this.vm.evalCode(`(async () => {${code}\n})()`, FILE), boxed: false };
  }

  private called(tool: JSValueHandle | undefined, args: JSValueHandle | undefined): JSValueHandle {
    const deferred = this.vm.newPromise();
    const order = ++this.calls;
    if (order > this.job.limits.calls) {
      const text = `Code may call tools ${this.job.limits.calls} times, and this was once more.`;
      deferred.resolve(this.vm.newString(JSON.stringify({ ok: false, text, code: 'tool.too_many_calls' })));
      return deferred.handle;
    }
    this.open.set(order, deferred);
    this.post({ kind: 'call', order, tool: textOf(tool), args: textOf(args) });
    return deferred.handle;
  }

  private print(line: JSValueHandle | undefined): JSValueHandle {
    const room = this.job.limits.consoleCharacters - this.printed;
    if (room > 0) {
      const text = textOf(line).slice(0, room);
      // A line takes room even where it is empty.
      this.printed += text.length + 1;
      this.post({ kind: 'console', text });
    }
    return this.vm.undefined;
  }

  private end(is: JSValueHandle | undefined, value: JSValueHandle | undefined): JSValueHandle {
    const text = textOf(value);
    this.ending ??= textOf(is) === 'returned' ? { is: 'returned', value: text } : thrown(text);
    return this.vm.undefined;
  }
}

/** WASI's errno `badf`. */
const BAD_FILE = 8;
const NANOSECONDS = 1_000_000n;

interface EngineMemory {
  readonly buffer: ArrayBuffer;
}

/** Real time, but for the first look: that seeds Math.random, and is the job's. */
function seededClock(seed: number) {
  let looked = false;
  return (memory: EngineMemory) =>
    (_clock: number, _precision: bigint, result: number): number => {
      const milliseconds = BigInt(looked ? Date.now() : seed);
      looked = true;
      new DataView(memory.buffer).setBigUint64(result, milliseconds * NANOSECONDS, true);
      return 0;
    };
}

/** Never of anything but a text: making one of an object would run the program's code in the middle of the host's. */
function textOf(handle: JSValueHandle | undefined): string {
  return handle?.isString ? handle.toString() : '';
}

function endingOf(error: unknown): SandboxEnding {
  if (error instanceof JSException) return thrown(`${error.name}: ${error.message}\n${error.stack ?? ''}`.trim());
  const text = error instanceof Error ? error.message : String(error);
  return { is: 'stopped', why: 'broken', error: text.slice(0, 500) };
}

function thrown(error: string): SandboxEnding {
  return /^InternalError: out of memory/.test(error)
    ? { is: 'stopped', why: 'memory', error: 'it needed too much memory' }
    : { is: 'threw', error };
}

const port = parentPort;
if (!port) throw new Error('This is the program of a worker thread.');
const post = (message: FromSandbox): void => port.postMessage(message);
const guest = await Guest.create(workerData as SandboxJob, post);
port.on('message', (message: ToSandbox) => guest.settle(message));
post({ kind: 'started' });
guest.start();
