import type { ModelError } from '../model-error.js';
import type { ModelRequest } from '../model-request.js';
import type { ModelResponse } from '../model-response.js';
import type { WireApiName } from '../profile/profile.js';
import type { ProbeFinding, ProfileMembers } from './finding.js';
import type { CountedPrompt } from './measure-tokens.js';

/** What is known so far. Experiments read it; only what they return changes it. */
export interface ProbeState {
  /** The backend's. */
  readonly name: string;
  readonly api: WireApiName;
  readonly model: string;
  readonly members: ProfileMembers;
  /** Output tokens to ask for where a call or a sentence is expected: more where the model reasons. */
  readonly outputTokens: number;
  /** Whether the endpoint reported tokens, and how many characters each of its prompts had. */
  readonly counted: readonly CountedPrompt[];
  /** What the model called, once it did. */
  readonly sawCall: boolean;
}

/** One request, and what has to be written otherwise for it than the members so far say. */
export interface ProbeRequest {
  request: ModelRequest;
  members?: ProfileMembers;
}

/** What came back. */
export type Observation = { number: number; sent: ModelRequest } & (
  | {
      ok: true;
      response: ModelResponse;
      /** The body as it came; in base64 where the stream is binary. */
      raw: string;
      streamed: boolean;
    }
  | { ok: false; error: ModelError }
);

export type JudgedFinding = Omit<ProbeFinding, 'requestNumber'> & { requestNumber?: number };

/** What an observation says. */
export interface Judgement {
  findings: JudgedFinding[];
  members?: ProfileMembers;
  /** Asked right away, because the answer was not the expected one. */
  next?: Experiment;
}

/** One question to the endpoint. Pure: asking and judging do nothing else. */
export interface Experiment {
  /** For progress, and for what could not be tried: `a tool call`. */
  readonly name: string;
  /** What it may find out. */
  readonly fields: readonly string[];
  /** It asks for more than anybody gives: whatever comes of it says nothing of the requests after it, and is not waited for. */
  readonly extreme?: boolean;
  /** A connection that breaks is an answer to it. */
  readonly judgesBreaks?: boolean;
  /** A text says why there is nothing to ask. */
  ask(state: ProbeState): ProbeRequest | string;
  judge(seen: Observation, state: ProbeState): Judgement;
}

/** What an endpoint said of a refusal, in one line for a person. */
export function refusalOf(error: ModelError): string {
  // The backend's name, the model and the advice around it are known to who reads this.
  const said = /answered \d{3}: ([\s\S]*)$/u.exec(error.message)?.[1] ?? error.message;
  const line = said.replace(/\s+/gu, ' ').trim();
  const status = error.status === undefined ? '' : `${error.status}: `;
  return `${status}${line.length > 160 ? `${line.slice(0, 159)}…` : line}`;
}

/** A failure of the moment, on the way or behind the endpoint: the same request may be answered. */
export function isPassing({ kind, status, code }: ModelError): boolean {
  if (kind === 'timeout' || kind === 'broken_stream' || code === 'model.unreachable') return true;
  return kind === 'unavailable' && status !== 500;
}

/** True where an endpoint refused the request itself; everything else says nothing about what was asked. */
export function isRefusal(error: ModelError): boolean {
  // Servers of open models fail inside on what their chat template raises.
  return error.kind === 'bad_request' || (error.kind === 'unavailable' && error.status === 500);
}
