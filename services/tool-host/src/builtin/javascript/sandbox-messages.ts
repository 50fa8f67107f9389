/** What one program may use. */
export interface SandboxLimits {
  /** Of computing, in milliseconds; waiting for a tool does not count. */
  computeMs: number;
  memoryBytes: number;
  stackBytes: number;
  /** Characters of console output that are kept, and of the value. */
  consoleCharacters: number;
  valueCharacters: number;
  /** Calls of tools, one after the other and at once. */
  calls: number;
}

/** A program that is there before the code is. Read once, it is handed on as the engine keeps it, which saves most of the time. */
export interface SandboxLibrary {
  readonly source: string;
  bytecode?: Uint8Array | undefined;
}

/** What a thread is started with. */
export interface SandboxJob {
  /** Evaluated first, where it is given. */
  library?: SandboxLibrary;
  code: string;
  /** JSON of what the code finds as `input`; '' for undefined. */
  input: string;
  /** What the code may call, by the names of `tools`. */
  tools: readonly string[];
  /** Decides what Math.random gives, so that code that is repeated draws the same. */
  seed: number;
  limits: SandboxLimits;
}

/** How a program ended. */
export type SandboxEnding =
  /** `value` is text for who asked: '' for undefined, a string as it is, anything else as JSON. */
  | { is: 'returned'; value: string }
  /** The program threw, or cannot be read. */
  | { is: 'threw'; error: string }
  /** A limit of the sandbox ended it, or it waits for what never comes. */
  | { is: 'stopped'; why: 'compute' | 'memory' | 'stuck' | 'broken'; error: string };

/** From the thread. */
export type FromSandbox =
  | { kind: 'started' }
  /** The library as the engine keeps it, for the next time. */
  | { kind: 'library'; bytecode: Uint8Array }
  /** The program wants a tool. `order` counts from 1. */
  | { kind: 'call'; order: number; tool: string; args: string }
  | { kind: 'console'; text: string }
  /** Nothing to do before another call is settled; `settled` is how many the program has seen. */
  | { kind: 'idle'; settled: number }
  | { kind: 'ended'; ending: SandboxEnding };

/** To the thread: what became of a call. `text` is the tool's answer or why there is none. */
export interface ToSandbox {
  order: number;
  ok: boolean;
  text: string;
  /** Of what failed. */
  code: string;
}
