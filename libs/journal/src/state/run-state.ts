import type { JsonObject, JsonValue } from '@switchyard/contracts';
import type { CanonicalMessage } from '@switchyard/models';
import type { AskedCall } from '../record/match-calls.js';

/** `none` before the first event; the last three are ends. */
export type RunStatus = 'none' | 'queued' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';

export const END_STATUSES = ['completed', 'failed', 'cancelled'] as const satisfies RunStatus[];

/** Tokens; input = uncached + cache read + cache write, output includes reasoning. */
export interface RunUsage {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
}

/** Bounds of the run as it was accepted; 0 where it sets none (the platform's default holds). */
export interface RunLimits {
  turns: number;
  tokens: number;
  seconds: number;
  costUsd: number;
}

/** What settles a call: a tool host, or the run itself by waiting (for a time, an answer, a run of another agent). */
export const CALL_KINDS = ['tool', 'sleep', 'ask', 'agent', 'handoff', 'find', 'read'] as const;
export type CallKind = (typeof CALL_KINDS)[number];

/** A tool call that the last turn asked for; open until all calls of the turn are settled. */
export interface OpenCall {
  callId: string;
  tool: string;
  arguments: JsonObject;
  /** pure, idempotent, irreversible; empty where the tool is not known. */
  effect: string;
  pool: string;
  kind: CallKind;
  /** Of an agent or a handoff: the agent's name; empty otherwise. */
  target: string;
  /** When it was requested. RFC 3339. */
  requestedAt: string;
  /** The ToolResult in its wire form, once settled. */
  result: JsonObject | null;
  /** Empty: none was asked for. */
  approval: '' | 'requested' | 'approved' | 'edited' | 'denied' | 'expired';
  /** When the approval that was asked for counts as expired. RFC 3339; empty: never. */
  approvalExpiresAt: string;
  /** Why somebody decided so; absent where nothing was said. */
  approvalReason?: string;
  /** Who decided, where no person did: "policy:<name>" or "agent". */
  approvalBy?: string;
  child: { runId: string; status: string } | null;
  /** What was said in answer to an `ask`; null before. */
  answer: { text: string } | null;
}

export interface ParkedState {
  /** What the calls wait for; of several, the first of tool, child, unknown, approval, input, timer. Of no call: retry. */
  reason: string;
  callIds: string[];
  /** RFC 3339; empty where nothing is set to wake it. */
  until: string;
}

/** What the journal says of a failure: ErrorInfo as plain JSON. */
export interface RunError {
  code: string;
  message: string;
  retryable: boolean;
  details: JsonObject;
}

/** A move from one backend to another. */
export interface RunSwitch {
  /** Of its BackendSwitched. */
  seq: number;
  from: string;
  to: string;
  reason: string;
  /** What the first one failed with; null where somebody asked for the move. */
  error: RunError | null;
}

/** The call of another run that this run answers. */
export interface RunParent {
  runId: string;
  callId: string;
  /** Where the tree begins. */
  rootRunId: string;
  /** From 1. */
  depth: number;
  /** Agents from the root down to the caller. */
  agents: string[];
  handoff: boolean;
}

/** The whole of a result, which the tool host keeps. */
export interface KeptResult {
  callId: string;
  hash: string;
  /** In UTF-16. */
  characters: number;
}

/** The run whose first entries another one begins with. */
export interface RunFork {
  runId: string;
  /** The last entry that was taken over. */
  seq: number;
  /** Model turns that were taken over: they count for no limit. */
  turns: number;
}

/** A run whose calls are answered from a record: none of them is ever made. */
export interface RunReplay {
  /** The run that the answers come from; empty where they were written. */
  runId: string;
  /** The hash of the payload that has them. */
  payload: string;
  /** What becomes of a call that nothing answers: the run fails, or the model is told. */
  unmatched: 'stop' | 'tell';
  count: number;
  /** The calls that were looked up so far, in order: they say which answers are left. */
  calls: AskedCall[];
}

/** All that is known of a run: the fold of its events. Plain JSON; never changed in place. */
export interface RunState {
  tenant: string;
  runId: string;
  taskId: string;
  agent: string;
  idempotencyKey: string;

  status: RunStatus;
  /** The last event's sequence number; 0 before the first. */
  seq: number;
  agentVersion: string;
  backend: string;
  routingReason: string;
  /** The rollout that decided the agent version, and the arm: candidate or baseline. Empty where none did. */
  rollout: string;
  rolloutArm: string;
  /** Where it may move when its backend fails for good: names in order, "*" for any other that suits. */
  fallbacks: string[];
  /** The moves so far; each goes on from where the one before it led. */
  switches: RunSwitch[];
  thread: string;
  user: string;
  metadata: Record<string, string>;
  limits: RunLimits;
  /** `high`, or empty. */
  priority: string;
  /** Null where nobody called it. */
  parent: RunParent | null;
  /** The run whose first entries it begins with; null where it began with its input. */
  fork: RunFork | null;
  /** Null where its calls are made. */
  replay: RunReplay | null;
  input: JsonValue;

  /** What the next turn is given, instructions not included: history, context, input, answers, results of calls. */
  messages: CanonicalMessage[];
  /** For each message the event that brought it. */
  messageSeqs: number[];
  /** Memory was asked for what it knows, and has answered or failed: it is not asked again. */
  recalled: boolean;
  /** Ids of input that was sent with one: the same again adds nothing. */
  inputIds: string[];
  /** Input that came while calls were open: it joins after their results. */
  heldMessages: CanonicalMessage[];
  heldSeqs: number[];
  /** Calls of the last turn, in order; empty once all are settled and part of `messages`. */
  openCalls: OpenCall[];
  /** Ids of calls in the last answer that nobody has requested yet. */
  unrequestedCalls: string[];

  /** Tools that the model has found in this run, in the order of finding: it is shown them from then on. */
  foundTools: string[];
  /** Results of which the model was given a preview: it may read them in pages. */
  keptResults: KeptResult[];

  /** Model turns completed. */
  turns: number;
  /** Calls requested. */
  toolCalls: number;
  /** Requests to the backend beyond the first of each turn. */
  retries: number;
  /** What the reader mended in the model's answers. */
  repairs: number;
  /** Calls that a person edited or denied. */
  overrides: number;
  /** From the first turn's start to the first piece of its answer; 0 before, and where it was not streamed. */
  firstTokenMs: number;
  /** Last turns in a row of which every call was rejected before it reached a tool (wrong arguments, unknown tool). */
  rejectedTurns: number;
  usage: RunUsage;
  costUsd: number;
  /** Of the runs that its calls started, and of all below them; as far as they are settled. */
  childUsage: RunUsage;
  childCostUsd: number;
  /** Of the last turn; empty before the first. */
  finishReason: string;
  /** The value that the last turn's answer is, where one was asked for and the answer fits. */
  result: { value: JsonValue } | null;
  /** What a run gave that this one was handed over to, and who has the thread now; null where there was none, or a turn came after it. */
  handover: { agent: string; output: JsonValue } | null;
  /** How often the model was told that its answer is not the result that was asked for. */
  rejectedResults: number;
  /** Requests that the backend was sent for the turn that is due, before the run was parked to try again; 0 where it was not. */
  attempts: number;
  /** The fingerprint of the configuration of the last turn, be it that it failed. */
  configuration: string;
  /** Money and tokens set aside for the turn in progress. */
  reserved: { turn: number; costUsd: number; tokens: number; scopes: string[] } | null;
  parked: ParkedState | null;

  output: JsonValue;
  /** The agent that the run was handed over to and whose answer `output` is; empty where its own agent answered. */
  handedOverTo: string;
  error: RunError | null;
  /** RFC 3339; empty where it has not happened. */
  createdAt: string;
  updatedAt: string;
  endedAt: string;
  /** The trace in which the run was accepted. */
  traceId: string;
}

/** Who the run is: every event carries it. */
export type RunIdentity = Pick<RunState, 'tenant' | 'runId' | 'taskId' | 'agent' | 'idempotencyKey'>;

/** The state before the first event. */
export function initialState(identity: RunIdentity): RunState {
  return {
    ...identity,
    status: 'none',
    seq: 0,
    agentVersion: '',
    backend: '',
    routingReason: '',
    rollout: '',
    rolloutArm: '',
    fallbacks: [],
    switches: [],
    thread: '',
    user: '',
    metadata: {},
    limits: { turns: 0, tokens: 0, seconds: 0, costUsd: 0 },
    priority: '',
    parent: null,
    fork: null,
    replay: null,
    input: null,
    messages: [],
    messageSeqs: [],
    recalled: false,
    inputIds: [],
    heldMessages: [],
    heldSeqs: [],
    openCalls: [],
    unrequestedCalls: [],
    foundTools: [],
    keptResults: [],
    turns: 0,
    toolCalls: 0,
    retries: 0,
    repairs: 0,
    overrides: 0,
    firstTokenMs: 0,
    rejectedTurns: 0,
    usage: noUsage(),
    costUsd: 0,
    childUsage: noUsage(),
    childCostUsd: 0,
    finishReason: '',
    result: null,
    handover: null,
    rejectedResults: 0,
    attempts: 0,
    configuration: '',
    reserved: null,
    parked: null,
    output: null,
    handedOverTo: '',
    error: null,
    createdAt: '',
    updatedAt: '',
    endedAt: '',
    traceId: '',
  };
}

export function noUsage(): RunUsage {
  return { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
}

export function hasEnded(state: Pick<RunState, 'status'>): boolean {
  return (END_STATUSES as readonly RunStatus[]).includes(state.status);
}
