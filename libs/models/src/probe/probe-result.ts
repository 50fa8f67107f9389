import type { Backend } from '../profile/backend.js';
import type { WireApiName } from '../profile/profile.js';
import type { Usage } from '../usage.js';
import type { ProbeFinding, ProfileMembers } from './finding.js';

export interface ProbeOptions {
  /** With the API's version, without the operation; both are forgiven. */
  baseUrl: string;
  /** Needed where the endpoint lists several models, or none. */
  model?: string | undefined;
  apiKey?: string | undefined;
  /** The variable that holds the key; it goes into the backend. */
  apiKeyEnv?: string | undefined;
  /** Default: found out. */
  api?: WireApiName | undefined;
  /** Of the backend. Default: made of host and model. */
  name?: string | undefined;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
  signal?: AbortSignal | undefined;
  /** Default, and the most: 25. */
  maxRequests?: number;
  /** For each request, in milliseconds. Default 45,000. */
  requestMs?: number;
  /** For all, in milliseconds. Default 300,000; what is known by then stands. */
  totalMs?: number;
  onProgress?: (progress: ProbeProgress) => void;
}

export interface ProbeProgress {
  /** Sent so far. */
  requests: number;
  maxRequests: number;
  /** What comes next. */
  now: string;
}

export interface ProbeResult {
  /** Its profile has what was found, and the defaults of its wire API for the rest. */
  backend: Backend;
  /** What the profile has beside the defaults. */
  members: ProfileMembers;
  findings: ProbeFinding[];
  notTried: { field: string; why: string }[];
  requests: number;
  /** Of the answers; what a refused request cost is not told by anybody. */
  usage: Usage;
  /** Undefined where no prices are known. */
  costUsd: number | undefined;
  warnings: string[];
}
