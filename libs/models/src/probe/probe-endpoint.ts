import { stableStringify } from '../json.js';
import { ModelError } from '../model-error.js';
import type { ModelRequest } from '../model-request.js';
import type { Backend } from '../profile/backend.js';
import { defineProfile } from '../profile/profile.js';
import { priceOf } from '../usage.js';
import { backendName } from './backend-name.js';
import type { Candidate } from './candidates.js';
import { baseUrlOf, candidatesAt } from './candidates.js';
import { cataloguePrices } from './catalogue-prices.js';
import type { Experiment, Judgement, Observation, ProbeState } from './experiment.js';
import { isPassing } from './experiment.js';
import { BATTERY, NEVER_TRIED } from './experiments/battery.js';
import type { ProbeFinding, ProfileMembers } from './finding.js';
import { mergeMembers } from './finding.js';
import { identify, OLLAMA_WINDOW } from './identify.js';
import { isMistral } from './is-mistral.js';
import type { ListedModels } from './list-models.js';
import { listModels } from './list-models.js';
import { charactersOf, measureTokens } from './measure-tokens.js';
import { BudgetSpent, ProbeClient } from './probe-client.js';
import { onlyModel } from './only-model.js';
import { probeError } from './probe-error.js';
import type { ProbeOptions, ProbeResult } from './probe-result.js';
import { modelFindings, runningWindow } from './model-facts.js';
import { sideFindings } from './side-findings.js';

/** More than enough for what is asked where little is refused; each refusal has a follow-up or two. */
export const MAX_PROBE_REQUESTS = 25;

/**
 * About what a probe takes, in tokens: 25 prompts of 70 to 350 tokens, and answers of a word or a call. A model that thinks before it
 * answers writes more. To be stated before it begins.
 */
export const PROBE_TOKENS = { input: 5_000, output: 4_000 } as const;

/**
 * Finds out how an unknown endpoint speaks and what it takes, by at most 25 small requests, counted strictly.
 *
 * @throws ModelError where nothing can be said: `probe.url_invalid`, `probe.model_needed`, `model.not_found`, `probe.moved`,
 * `probe.web_page`, `probe.no_api`, `model.auth`, `model.unreachable`, `model.timeout.…`, `model.rate_limited`. The key is in none of them.
 */
export async function probeEndpoint(options: ProbeOptions): Promise<ProbeResult> {
  const timeout = new AbortController();
  const clock = setTimeout(() => timeout.abort(), options.totalMs ?? 300_000);
  try {
    return await new Probe(options, timeout.signal).run();
  } finally {
    clearTimeout(clock);
  }
}

class Probe {
  private readonly client: ProbeClient;
  private readonly maxRequests: number;
  private readonly findings: ProbeFinding[] = [];
  private readonly notTried: ProbeResult['notTried'] = [...NEVER_TRIED];
  private readonly warnings: string[] = [];
  private members: ProfileMembers = {};
  private counted: ProbeState['counted'] = [];
  private sawCall = false;
  private reasonsOrIsCut = false;
  /** Experiments in a row that broke off. */
  private breaks = 0;

  constructor(
    private readonly options: ProbeOptions,
    private readonly timeUp: AbortSignal,
  ) {
    this.maxRequests = Math.max(1, Math.min(options.maxRequests ?? MAX_PROBE_REQUESTS, MAX_PROBE_REQUESTS));
    this.client = new ProbeClient({
      apiKey: options.apiKey === '' ? undefined : options.apiKey,
      fetch: options.fetch ?? fetch,
      signal: options.signal === undefined ? timeUp : AbortSignal.any([options.signal, timeUp]),
      maxRequests: this.maxRequests,
      requestMs: options.requestMs ?? 45_000,
    });
  }

  async run(): Promise<ProbeResult> {
    const url = baseUrlOf(this.options.baseUrl);
    const { backend, listed } = await this.meet(candidatesAt(url, this.options.api)).catch((error: unknown) => {
      if (error instanceof BudgetSpent)
        throw probeError('no_api', `Of ${url.href} nothing was found out within ${this.maxRequests} requests.`);
      throw this.stopped(error);
    });
    try {
      await this.facts(backend, listed);
      await this.battery(backend);
    } catch (error) {
      if (!this.endsBattery(error)) throw error;
    }
    return this.result(backend);
  }

  /** Finds the model and the wire API. */
  private async meet(
    candidates: readonly Candidate[],
  ): Promise<{ backend: Backend; listed: ListedModels | undefined }> {
    this.progress('the list of models');
    const listed = await listModels(this.client, candidates);
    const model = this.options.model ?? onlyModel(listed);
    const name = this.options.name ?? backendName(this.options.baseUrl, model);
    const { apiKeyEnv } = this.options;
    const identity = { name, model, ...(apiKeyEnv === undefined ? {} : { apiKeyEnv }) };
    const found = await identify(this.client, inOrder(candidates, listed), identity, ({ api }) =>
      this.progress(`whether it speaks ${api}`),
    );
    const { seen, members } = found;
    const api = (await isMistral(this.client, found, identity)) ? 'mistral' : found.candidate.api;
    const simulated = model === 'switchyard-simulator';
    const backend: Backend = {
      ...identity,
      ...(simulated ? { simulated } : {}),
      baseUrl: found.candidate.baseUrl,
      api,
      profile: defineProfile({ api, ...members }),
    };
    this.members = members;
    this.add(seen.number, {
      findings: [
        {
          field: 'api',
          value: api,
          how:
            api === 'mistral'
              ? "chat completions were answered, with Mistral's ids and refusals"
              : 'the smallest request was answered over it',
          confidence: 'proved',
        },
        ...(members.maxTokensField === undefined
          ? []
          : [
              {
                field: 'maxTokensField',
                value: members.maxTokensField,
                how: 'max_tokens was refused',
                confidence: 'proved' as const,
              },
            ]),
        {
          field: 'usage.reported',
          value: seen.response.usage.source === 'reported',
          how:
            seen.response.usage.source === 'reported'
              ? 'the answer has its tokens'
              : 'the answer has no counts: they are estimated',
          confidence: 'proved',
        },
      ],
    });
    this.observe(seen, backend);
    return { backend, listed };
  }

  /** What the server tells about the model without generating anything. */
  private async facts(backend: Backend, listed: ListedModels | undefined): Promise<void> {
    const served = listed?.models.find(({ id }) => id === backend.model);
    if (listed !== undefined && served !== undefined) this.add(listed.requestNumber, modelFindings(served));
    if (this.members.contextWindow !== undefined && backend.api !== 'ollama') return;
    this.progress('the window that the server tells');
    const window = await runningWindow(this.client, backend);
    if (window !== undefined) this.add(window.requestNumber, window);
    else if (backend.api === 'ollama') this.add(0, OLLAMA_UNTOLD);
  }

  private async battery(backend: Backend): Promise<void> {
    for (const experiment of BATTERY) {
      let next: Experiment | undefined = experiment;
      while (next !== undefined) next = await this.try(next, backend);
    }
  }

  /** Asks one thing; gives what its answer makes worth asking. */
  private async try(experiment: Experiment, backend: Backend): Promise<Experiment | undefined> {
    const state = this.state(backend);
    const asked = experiment.ask(state);
    if (typeof asked === 'string') {
      this.skip(experiment, asked);
      return undefined;
    }
    if (this.client.left === 0 || this.timeUp.aborted) {
      this.skip(experiment, this.timeUp.aborted ? 'the time was up' : `all ${this.maxRequests} requests were used`);
      return undefined;
    }
    this.progress(experiment.name);
    const members = mergeMembers(this.members, asked.members ?? {});
    const target = { ...backend, profile: defineProfile({ api: backend.api, ...members }) };
    const seen = await this.asked(experiment, target, asked.request);
    if (seen === undefined) return undefined;
    this.observe(seen, backend);
    const judgement = experiment.judge(seen, this.state(backend));
    this.add(seen.number, judgement);
    if (judgement.findings.length === 0 && judgement.next === undefined)
      this.skip(experiment, seen.ok ? 'the answer did not tell' : `it failed: ${seen.error.code}`);
    return judgement.next;
  }

  /** The answer to an experiment; undefined where none came that says anything. @throws ModelError where no other will come either */
  private async asked(
    experiment: Experiment,
    target: Backend,
    request: ModelRequest,
  ): Promise<Observation | undefined> {
    const { extreme = false, judgesBreaks = false } = experiment;
    const once = () => this.client.ask(target, request, !extreme);
    let seen = await once();
    // A break of the moment must not become a finding about tools or streams.
    if (!seen.ok && isPassing(seen.error) && this.client.left > 0) seen = await once();
    if (seen.ok) {
      this.breaks = 0;
      return seen;
    }
    if (extreme) return seen;
    if (ENDS.has(seen.error.kind)) throw seen.error;
    if (!isPassing(seen.error)) return seen;
    this.breaks += 1;
    if (this.breaks >= MAX_BREAKS) throw seen.error;
    if (judgesBreaks) return seen;
    this.skip(experiment, `it failed twice (${seen.error.code})`);
    return undefined;
  }

  private observe(seen: Observation, backend: Backend): void {
    if (!seen.ok) return;
    const { response, sent } = seen;
    this.sawCall ||= response.toolCalls.length + response.rejectedCalls.length > 0;
    this.reasonsOrIsCut ||=
      response.usage.reasoningTokens > 0 || response.message.parts.some(({ type }) => type === 'reasoning');
    if (response.usage.source === 'reported' && sent.tools === undefined)
      this.counted = [...this.counted, { characters: charactersOf(sent), inputTokens: response.usage.inputTokens }];
    this.add(seen.number, sideFindings(seen, this.state(backend)));
    this.calibrate(seen.number);
  }

  private calibrate(number: number): void {
    if (this.findings.some(({ field }) => field === 'tokens.charactersPerToken')) return;
    const measured = measureTokens(this.counted);
    if (measured !== undefined) this.add(number, measured);
  }

  private state(backend: Backend): ProbeState {
    const { members, counted, sawCall } = this;
    const { name, api, model } = backend;
    return { name, api, model, members, counted, sawCall, outputTokens: this.reasonsOrIsCut ? 2_048 : 512 };
  }

  private add(requestNumber: number, { findings, members }: Judgement): void {
    for (const finding of findings)
      this.findings.push({ requestNumber, ...finding, how: this.client.redact(finding.how) });
    if (members !== undefined) this.members = mergeMembers(this.members, members);
  }

  private skip({ fields, name }: Experiment, why: string): void {
    for (const field of fields)
      if (!this.findings.some((finding) => finding.field === field || finding.field.startsWith(`${field}.`)))
        this.notTried.push({ field, why: this.client.redact(`${name}: ${why}`) });
  }

  private progress(now: string): void {
    this.options.onProgress?.({ requests: this.client.requests, maxRequests: this.maxRequests, now });
  }

  /** What is known stands, and a warning says why there is not more. */
  private endsBattery(error: unknown): boolean {
    if (this.options.signal?.aborted === true) return false;
    if (error instanceof BudgetSpent) {
      this.warnings.push(`All ${this.maxRequests} requests were used.`);
      return true;
    }
    if (!ModelError.is(error)) return false;
    this.warnings.push(
      this.timeUp.aborted
        ? 'The time was up before everything was tried.'
        : `It was broken off early: ${this.client.redact(error.message)}`,
    );
    return true;
  }

  /** The end of the time is the caller's timeout, not a cancellation by anybody. */
  private stopped(error: unknown): unknown {
    if (!this.timeUp.aborted || this.options.signal?.aborted === true) return error;
    return new ModelError({
      kind: 'timeout',
      code: 'model.timeout.total',
      message: 'The endpoint could not be identified in the time that a probe has.',
    });
  }

  /** The default of the output would leave a small window no room for a prompt. */
  private fitOutput(): void {
    const { contextWindow = Number.POSITIVE_INFINITY, maxOutputTokens } = this.members;
    if (maxOutputTokens !== undefined || contextWindow >= 2 * 4_096) return;
    const value = Math.floor(contextWindow / 2);
    this.add(0, {
      findings: [
        { field: 'maxOutputTokens', value, how: 'half of the window, as nobody tells it', confidence: 'assumed' },
      ],
      members: { maxOutputTokens: value },
    });
  }

  private async result(backend: Backend): Promise<ProbeResult> {
    const { client, findings, warnings } = this;
    const tried = new Set(findings.map(({ field }) => field));
    this.fitOutput();
    const windowKnown = this.members.contextWindow !== undefined;
    const untold = { field: 'contextWindow', why: WINDOW_UNTOLD };
    // What was told only in part counts as told by a table.
    const measured = findings.some(({ field, confidence }) => field === 'contextWindow' && confidence !== 'assumed');
    const members: ProfileMembers = { ...this.members, ...(measured ? {} : { approximate: true }) };
    const profile = defineProfile({ api: backend.api, ...members });
    const prices = profile.prices ?? (await cataloguePrices(backend.baseUrl, backend.model));
    const notTried = [...(windowKnown ? [] : [untold]), ...this.notTried].filter(
      ({ field }, index, all) => !tried.has(field) && all.findIndex((each) => each.field === field) === index,
    );
    return {
      backend: { ...backend, profile },
      members,
      findings: withoutRepeats(findings),
      notTried,
      requests: client.requests,
      usage: client.usage,
      costUsd: prices === null ? undefined : priceOf(client.usage, { prices }),
      warnings: [...new Set(warnings)],
    };
  }
}

const WINDOW_UNTOLD =
  'the endpoint does not tell it, and the profile has the default of 32,768 tokens: set it to what is served';

const OLLAMA_UNTOLD: Judgement = {
  findings: [
    {
      field: 'contextWindow',
      value: OLLAMA_WINDOW,
      how: 'the server holds what it is asked for: raise it as far as the model and the memory go',
      confidence: 'assumed',
    },
  ],
};

/** After so many experiments that broke off, nobody is there any more. */
const MAX_BREAKS = 3;

/** After these every further request would fail as well. */
const ENDS: ReadonlySet<string> = new Set(['auth', 'quota', 'rate_limited', 'overloaded', 'cancelled']);

/** What the list looks like comes first, and where it was found is the base URL of those that share it. */
function inOrder(candidates: readonly Candidate[], listed: ListedModels | undefined): Candidate[] {
  if (listed === undefined) return [...candidates];
  return [...candidates].sort((a, b) => Number(b.api === listed.likes) - Number(a.api === listed.likes));
}

/** Of equal ones the first. */
function withoutRepeats(findings: readonly ProbeFinding[]): ProbeFinding[] {
  const known = new Set<string>();
  return findings.filter(({ field, value }) => {
    const key = `${field} ${stableStringify(value)}`;
    return !known.has(key) && known.add(key);
  });
}
