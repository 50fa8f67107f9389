import type { JsonObject } from '../../json.js';
import type { ModelRequest } from '../../model-request.js';
import { plannedRequest } from '../request-plan.js';
import { commonSettings, isStreamed, outputLimit } from '../settings.js';
import type { WireRequest, WireTarget } from '../wire-api.js';
import { rememberReasoning } from './opened-reasoning.js';
import { writePrompt } from './prompt.js';

/** Providers that imitate OpenAI take four. */
const MAX_STOPS = 4;

/** Writes a request for `POST /completions`. @throws ModelError see `writePrompt` */
export function renderCompletion(asked: ModelRequest, target: WireTarget): WireRequest {
  const { profile } = target;
  const { request } = plannedRequest(asked, target);
  const prompt = writePrompt(request, profile, new Date());
  rememberReasoning(asked, profile, prompt.opensReasoning);
  const settings = commonSettings(request, profile);
  const stream = isStreamed(request, profile);
  const stop = [...new Set([...prompt.ends, ...(settings.stop ?? [])])].slice(0, MAX_STOPS);
  const { chat_template_kwargs: _handed, ...extraBody } = request.extraBody ?? {};
  const body: JsonObject = {
    model: target.model,
    prompt: prompt.text,
    stream,
    // The server's own default is 16 tokens.
    [profile.maxTokensField]: outputLimit(request, profile),
    ...(stream && profile.streamUsage ? { stream_options: { include_usage: true } } : {}),
    ...(stop.length > 0 && !profile.unsupported.includes('stop') ? { stop } : {}),
    ...(settings.temperature === undefined ? {} : { temperature: settings.temperature }),
    ...(settings.topP === undefined ? {} : { top_p: settings.topP }),
    ...(settings.seed === undefined ? {} : { seed: settings.seed }),
    // vLLM and SGLang leave special tokens out of the text otherwise, and the marks of calls are such in many models.
    ...(profile.unsupported.includes('specialTokens') ? {} : { skip_special_tokens: false }),
  };
  return { path: '/completions', headers: {}, body: { ...body, ...extraBody } };
}
