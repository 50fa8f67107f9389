import type { JsonObject, JsonValue } from '../json.js';
import { count, isJsonObject, nonEmptyString } from '../json.js';
import type { WireApiName } from '../profile/profile.js';
import type { Prices } from '../usage.js';

/** A model as a server lists it. */
export interface ServedModel {
  id: string;
  contextWindow?: number;
  maxOutputTokens?: number;
  prices?: Prices;
  /** The member that told the window, for a person. */
  toldBy?: string;
}

export interface ServedModels {
  /** Whose form the list has. */
  likes: WireApiName;
  models: ServedModel[];
}

/** Models that answer no chat. */
const OTHER_KINDS = /embed|rerank|whisper|tts|moderation|dall-e|image|transcri/iu;

/** vLLM and SGLang; OpenRouter; Groq; Together and others; Mistral; LM Studio; Fireworks; llama.cpp within `meta`; Gemini. */
const WINDOW_MEMBERS = [
  'max_model_len',
  'context_length',
  'context_window',
  'max_context_length',
  'loaded_context_length',
  'max_input_tokens',
  'n_ctx',
  'inputTokenLimit',
] as const;
const OUTPUT_MEMBERS = [
  'max_completion_tokens',
  'max_output_tokens',
  'max_output_length',
  'outputTokenLimit',
  'max_tokens',
] as const;

/** Reads a list of models in whatever form; undefined if it is none. */
export function readServedModels(data: JsonValue | undefined): ServedModels | undefined {
  const list = Array.isArray(data) ? data : isJsonObject(data) ? (data['data'] ?? data['models']) : undefined;
  if (!Array.isArray(list)) return undefined;
  const entries = list.filter(isJsonObject).slice(0, 5_000);
  const models = entries.flatMap(readModel);
  if (entries.length > 0 && models.length === 0) return undefined;
  return { likes: likeness(entries), models };
}

/** Those that may be probed without being named. */
export function chatModels({ models }: ServedModels): ServedModel[] {
  return models.filter(({ id }) => !OTHER_KINDS.test(id));
}

function likeness(entries: readonly JsonObject[]): WireApiName {
  const [first = {}] = entries;
  if (typeof first['name'] === 'string' && /^models\//u.test(first['name'])) return 'gemini';
  if (typeof first['digest'] === 'string' || 'modified_at' in first) return 'ollama';
  if (first['type'] === 'model' && 'display_name' in first) return 'anthropic';
  return Array.isArray(first['endpoints']) ? 'cohere' : 'openai-chat';
}

function readModel(entry: JsonObject): ServedModel[] {
  const named = nonEmptyString(entry['id']) ?? nonEmptyString(entry['name']) ?? nonEmptyString(entry['model']);
  if (named === undefined || named.length > 512) return [];
  const places = [entry, entry['meta'], entry['top_provider'], entry['limits']].filter(isJsonObject);
  const window = memberOf(places, WINDOW_MEMBERS);
  const output = memberOf(places, OUTPUT_MEMBERS);
  const prices = readPrices(entry['pricing']);
  return [
    {
      id: named.replace(/^models\//u, ''),
      ...(window === undefined ? {} : { contextWindow: window.value, toldBy: window.name }),
      ...(output === undefined ? {} : { maxOutputTokens: output.value }),
      ...(prices === undefined ? {} : { prices }),
    },
  ];
}

function memberOf(
  places: readonly JsonObject[],
  names: readonly string[],
): { name: string; value: number } | undefined {
  for (const name of names)
    for (const place of places) {
      const value = tokens(place[name]);
      if (value !== undefined) return { name, value };
    }
  return undefined;
}

function tokens(value: JsonValue | undefined): number | undefined {
  const number = count(value);
  return number !== undefined && Number.isSafeInteger(number) && number >= 256 ? number : undefined;
}

/** OpenRouter's: US dollars a token, as texts. Other forms are not certain in their unit and are left alone. */
function readPrices(pricing: JsonValue | undefined): Prices | undefined {
  if (!isJsonObject(pricing)) return undefined;
  const perMillion = (value: JsonValue | undefined): number | undefined => {
    const price = typeof value === 'string' && value.trim() !== '' ? Number(value) * 1_000_000 : Number.NaN;
    return Number.isFinite(price) && price >= 0 && price < 10_000 ? Math.round(price * 1e6) / 1e6 : undefined;
  };
  const input = perMillion(pricing['prompt']);
  const output = perMillion(pricing['completion']);
  if (input === undefined || output === undefined) return undefined;
  const cacheRead = perMillion(pricing['input_cache_read']);
  const cacheWrite = perMillion(pricing['input_cache_write']);
  return {
    input,
    output,
    ...(cacheRead === undefined ? {} : { cacheRead }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
  };
}

/** The window of a running model: llama.cpp's `/props`, Ollama's `/api/show`. The name of the member comes with it. */
export function readWindow(data: JsonValue | undefined): { value: number; toldBy: string } | undefined {
  if (!isJsonObject(data)) return undefined;
  const settings = data['default_generation_settings'];
  const served = tokens(data['n_ctx']) ?? (isJsonObject(settings) ? tokens(settings['n_ctx']) : undefined);
  if (served !== undefined) return { value: served, toldBy: 'n_ctx' };
  const info = isJsonObject(data['model_info']) ? data['model_info'] : {};
  for (const [name, value] of Object.entries(info)) {
    const trained = /\.context_length$/u.test(name) ? tokens(value) : undefined;
    if (trained !== undefined) return { value: trained, toldBy: name };
  }
  return undefined;
}
