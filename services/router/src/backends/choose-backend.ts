import {
  SwitchyardError,
  type AgentDefinition,
  type Backend,
  type ModelRequirement,
  didYouMean,
} from '@switchyard/contracts';
import { factsOf, type BackendFacts } from './backend-facts.js';

/** A failing backend is tried again after this time: without work it could never show that it has recovered. */
export const RETRY_FAILING_AFTER_MS = 30_000;

export interface Choice {
  /** What the agent asks for; absent where it takes any. */
  requirement?: Partial<Omit<ModelRequirement, '$typeName' | '$unknown'>> | undefined;
  /** The task's own wish: it stands for the agent's pin, and what the agent needs of a backend still holds. */
  override?: string | undefined;
  /** Who wishes it, for messages. Default: the task. */
  overrideBy?: string;
  /** Whether the agent calls anything: then only a backend that can call tools will do. See `usesTools`. */
  usesTools?: boolean;
  candidates: readonly Backend[];
  nowMs: number;
}

/** Whether a model is offered anything to call: tools, other agents, or handing over to them. */
export function usesTools({
  tools,
  agents,
  handoffs,
}: Pick<AgentDefinition, 'tools' | 'agents' | 'handoffs'>): boolean {
  return tools.length + agents.length + handoffs.length > 0;
}

export interface Chosen {
  backend: Backend;
  /** For the journal and the console: why this one. */
  reason: string;
}

/**
 * Chooses the backend of a run. Pure: equal input, equal choice.
 *
 * A pinned backend (the task's, else the agent's) is taken even when it is failing: who pins has decided. Among the others
 * that suit: those not recovering from failures first and those whose circuit is open last, then real models before simulated ones, then the lower price
 * (input and output together), then the name.
 *
 * @throws SwitchyardError `backend.not_found` (pinned, unknown; terminal) or `backend.none_suitable` with a reason for each
 *   candidate; retryable where nothing but health is in the way.
 */
export function chooseBackend(choice: Choice): Chosen {
  const pinned = choice.override || choice.requirement?.backend;
  if (pinned) return choosePinned(choice, pinned);
  const judged = judgeAll(choice);
  const suitable = judged.filter(({ lacks, health }) => lacks.length === 0 && health !== 'failing');
  suitable.sort(byRank);
  const best = suitable[0];
  if (!best) throw noneSuitable(judged);
  return { backend: best.backend, reason: explain(best.facts, best.health, suitable.length, judged.length) };
}

/** `open`: the circuit is, and a run on it waits until the backend is probed. */
export type Health = 'fit' | 'recovering' | 'open' | 'failing';
const HEALTH_RANK: Readonly<Record<Health, number>> = { fit: 0, recovering: 1, open: 2, failing: 3 };

/** A backend held against what the agent asks for. */
export interface Judged {
  backend: Backend;
  facts: BackendFacts;
  health: Health;
  /** Empty where it has all that is asked. */
  lacks: string[];
}

/** Every candidate as the choice sees it. */
export function judgeAll(choice: Choice): Judged[] {
  return choice.candidates.map((backend) => ({ backend, ...judge(choice, backend) }));
}

/** The best first, of those that suit. */
export function byRank(a: Judged, b: Judged): number {
  return compare(rankOf(a), rankOf(b));
}

function choosePinned(choice: Choice, name: string): Chosen {
  const by = choice.override ? (choice.overrideBy ?? 'the task') : 'the agent';
  const backend = choice.candidates.find((candidate) => candidate.name === name);
  if (!backend) {
    const names = choice.candidates.map((candidate) => candidate.name);
    throw new SwitchyardError(
      'backend.not_found',
      `There is no backend "${name}", which ${by} names.${didYouMean(name, names)} ` +
        (names.length === 0 ? 'No backend is known yet: apply one.' : `Known: ${names.sort().join(', ')}.`),
      { details: { backend: name, known: names } },
    );
  }
  const judged = { backend, ...judge(choice, backend) };
  if (judged.lacks.length > 0)
    throw noneSuitable([judged], `The backend "${name}", which ${by} names, does not suit the agent`);
  const health = judged.health === 'fit' ? '' : '; it is failing, and pinned all the same';
  return { backend, reason: `named by ${by}${health}` };
}

function judge(choice: Choice, backend: Backend): Omit<Judged, 'backend'> {
  const facts = factsOf(backend);
  const { capabilities = [], minContext = 0, maxInputPrice = 0, maxOutputPrice = 0 } = choice.requirement ?? {};
  const needed = new Set([...capabilities, ...(choice.usesTools ? ['tools'] : [])]);
  const lacks = [...needed]
    .filter((capability) => !facts.capabilities.has(capability))
    .map((capability) => `capability: no ${capability}`);
  if (facts.contextWindow < minContext) lacks.push(`context: ${facts.contextWindow} tokens, ${minContext} needed`);
  if (maxInputPrice > 0 && facts.inputPrice > maxInputPrice)
    lacks.push(priceText('input', facts.inputPrice, maxInputPrice));
  if (maxOutputPrice > 0 && facts.outputPrice > maxOutputPrice)
    lacks.push(priceText('output', facts.outputPrice, maxOutputPrice));
  return { facts, health: healthOf(facts, choice.nowMs), lacks };
}

function healthOf(facts: BackendFacts, nowMs: number): Health {
  // Half open it needs work, or it could never show that it has recovered.
  if (facts.openUntilMs > 0) return facts.openUntilMs > nowMs ? 'open' : 'recovering';
  if (!facts.failing) return 'fit';
  return nowMs - facts.checkedAtMs >= RETRY_FAILING_AFTER_MS ? 'recovering' : 'failing';
}

type Rank = readonly [number, number, number, string];

function rankOf({ backend, facts, health }: Judged): Rank {
  return [HEALTH_RANK[health], facts.simulated ? 1 : 0, facts.inputPrice + facts.outputPrice, backend.name];
}

function compare(a: Rank, b: Rank): number {
  for (let index = 0; index < a.length; index += 1) {
    const [left, right] = [a[index] ?? 0, b[index] ?? 0];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function explain(facts: BackendFacts, health: Health, suitable: number, candidates: number): string {
  const what = [
    health === 'recovering' ? 'it failed lately and is tried again' : '',
    health === 'open' ? 'it fails, and the run waits until it is tried again' : '',
    facts.simulated ? 'a simulator, since no real model suits' : '',
    facts.inputPrice + facts.outputPrice > 0 ? `$${facts.inputPrice}/$${facts.outputPrice} a million tokens` : '',
  ].filter((part) => part !== '');
  const ranked =
    suitable === 1 ? `the only one of ${candidates} that suits` : `best of the ${suitable} of ${candidates} that suit`;
  return [ranked, ...what].join('; ');
}

function noneSuitable(judged: readonly Judged[], opening = 'No backend suits the agent'): SwitchyardError {
  const reasons = judged.map(({ backend, health, lacks, facts }) => ({
    backend: backend.name,
    reasons:
      health === 'failing'
        ? [...lacks, `health: failing${facts.lastError === '' ? '' : ` (${facts.lastError})`}`]
        : lacks,
  }));
  const onlyHealth = judged.some(({ lacks }) => lacks.length === 0);
  const listed = reasons.map((candidate) => `${candidate.backend}: ${candidate.reasons.join(', ')}`).join('; ');
  const advice = onlyHealth
    ? 'Correct the failing backend, or wait until it is tried again.'
    : 'Apply a backend that has what is asked, or ask for less.';
  return new SwitchyardError('backend.none_suitable', `${opening}: ${listed || 'no backend is known'}. ${advice}`, {
    retryable: onlyHealth,
    details: { candidates: reasons },
  });
}

function priceText(kind: string, price: number, limit: number): string {
  return `price: $${price} a million ${kind} tokens, at most $${limit} allowed`;
}
