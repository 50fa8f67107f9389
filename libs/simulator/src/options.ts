import type { WrittenForm } from './dialects/written-form.js';

/** HTTP errors, in each wire's real form. */
export type HttpFaultKind = '401' | '404' | '429' | '500' | '503' | '529';

/** What the simulator can be told to do wrong. */
export type FaultKind =
  | HttpFaultKind
  /** HTTP 400 of a request that does not fit the context window. */
  | 'overflow'
  /** Answers requests that do not fit `window` as if they did, and counts them. */
  | 'overflow-accepted'
  /** Drops the oldest messages of requests that do not fit `window`, and counts what is left. */
  | 'overflow-truncated'
  /** Waits `delayMs` before the first byte and between chunks. */
  | 'slow'
  /** Accepts the request and never answers. */
  | 'hang'
  /** Closes the connection after `after` stream events, or in the middle of the body. */
  | 'cut'
  /** Ends the stream properly after `after` events, without the events that finish an answer. */
  | 'unfinished'
  /** Sends a body, or a stream event, that is not JSON. */
  | 'malformed'
  /** Sends an error object within a stream that began with 200. */
  | 'error-midstream'
  /** Answers `finish_reason: length` in the middle of the answer. */
  | 'length'
  /** Tool-call quirks that were seen at real endpoints. */
  | 'quirk-arguments-object'
  | 'quirk-arguments-cumulative'
  | 'quirk-call-repeated'
  | 'quirk-double-encoded'
  | 'quirk-finish-stop'
  | 'quirk-id-missing'
  | 'quirk-name-split'
  /** Streams arguments value by value, as Vertex does. */
  | 'quirk-arguments-streamed'
  /** Calls a tool that was not offered. */
  | 'quirk-unknown-tool'
  /** Leaves out every argument. */
  | 'quirk-arguments-missing'
  /** Calls with arguments that the tool's schema refuses. */
  | 'schema-fault'
  /** Where calls are written as text (`WrittenForm`): the text ends within a call. */
  | 'markup-cut'
  /** The marks that end a call are left out. */
  | 'markup-unclosed'
  /** Prose mentions the marker of calls before a call follows. */
  | 'markup-mentioned'
  /** The last call is written twice. */
  | 'markup-repeated';

export interface Fault {
  fault: FaultKind;
  /** For `cut`, `unfinished`, `malformed`, `error-midstream`: after how many stream events. Default 2. */
  after?: number;
  /** For `slow`. Default 1,000. */
  delayMs?: number;
  /** For 429, 503, 529. Default 1,000. */
  retryAfterMs?: number;
  /** For `overflow`: only longer requests are refused. For the silent ones: the window. In tokens. Default: the server's. */
  window?: number;
  /** How many requests it hits, then it is over. Default: all. */
  times?: number;
  /** Share of requests that it hits, 0 to 1, wherever it was asked for. Default 1. */
  rate?: number;
}

/** One scripted answer: used in order, before any rule. */
export interface ScriptedTurn {
  reasoning?: string;
  text?: string;
  calls?: { name: string; arguments: Record<string, unknown> }[];
  fault?: Fault;
}

/** What an endpoint becomes when its provider changes it and says nothing. */
export interface Snapshot {
  /** As it answers. Default: the simulator's own. */
  model?: string;
  /** Tokens by which its template makes every prompt longer. Default 0. */
  templateTokens?: number;
}

export interface SimulatorOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Answers in order; when they are used up, the rules answer. */
  script?: readonly ScriptedTurn[];
  /** Before the first byte. Default 0. */
  latencyMs?: number;
  /** Between stream events. Default 0. */
  chunkDelayMs?: number;
  faults?: readonly Fault[];
  /** Answers as a server without a parser does: reasoning and calls are text. Default: they have their own fields. */
  writes?: WrittenForm;
  /** At most this many requests are recorded, the oldest go first. Default 1,000; 0 records none. */
  recordLimit?: number;
  /** Tokens, input and output together; longer requests are refused as an overflow. Default 128,000. */
  contextWindow?: number;
  /** For faults with a rate, 0 to below 1. Default `Math.random`. */
  random?: () => number;
}

/** A request as it arrived. */
export interface RecordedRequest {
  method: string;
  path: string;
  /** Without the API key's value. */
  headers: Record<string, string>;
  body: unknown;
}

export interface Simulator {
  /** `http://127.0.0.1:PORT`; each wire API has its own path below it. */
  readonly url: string;
  readonly port: number;
  readonly requests: RecordedRequest[];
  /** Sets what goes wrong from now on; `null` heals. */
  setFault(fault: Fault | null): void;
  /** Answers as text in a dialect from now on; `null`: in the wire's own fields. @throws RangeError for an unknown dialect */
  setForm(form: WrittenForm | null): void;
  /** Is another snapshot from now on; `null`: as it was. Over HTTP: `POST /simulator/snapshot` with `model` and `template_tokens`. */
  setSnapshot(snapshot: Snapshot | null): void;
  /** Adds scripted answers at the end. */
  enqueue(...turns: ScriptedTurn[]): void;
  /** Stops listening, breaks what is still open, and resolves when all is closed. */
  close(): Promise<void>;
}
