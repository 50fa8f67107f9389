import { timestampMs, type Backend, type JsonObject, type JsonValue } from '@switchyard/contracts';

/** What the choice of a backend looks at, read from its profile and its health. Prices in US dollars a million tokens. */
export interface BackendFacts {
  /** Named as in an agent's `model.capabilities`. */
  capabilities: ReadonlySet<string>;
  contextWindow: number;
  inputPrice: number;
  outputPrice: number;
  simulated: boolean;
  failing: boolean;
  checkedAtMs: number;
  /** Until when its circuit is open, after which it is half open; 0 where it is closed. */
  openUntilMs: number;
  lastError: string;
}

/** The profile's name of each capability that an agent may ask for. */
const PROFILE_NAME: Readonly<Record<string, string>> = {
  tools: 'tools',
  vision: 'vision',
  reasoning: 'reasoning',
  streaming: 'streaming',
  parallel_calls: 'parallelToolCalls',
  structured_output: 'structuredOutput',
};

export function factsOf(backend: Backend): BackendFacts {
  const profile = backend.profile ?? {};
  const capabilities = objectOf(profile['capabilities']);
  const prices = objectOf(profile['prices']);
  return {
    capabilities: new Set(
      Object.entries(PROFILE_NAME).flatMap(([name, key]) => (capabilities[key] === true ? [name] : [])),
    ),
    contextWindow: numberOf(profile['contextWindow']),
    inputPrice: numberOf(prices['input']),
    outputPrice: numberOf(prices['output']),
    simulated: backend.simulated,
    failing: backend.health?.status === 'failing',
    checkedAtMs: backend.health?.checkedAt ? timestampMs(backend.health.checkedAt) : 0,
    openUntilMs: backend.health?.openUntil ? timestampMs(backend.health.openUntil) : 0,
    lastError: backend.health?.lastError?.message ?? '',
  };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
