import type { JsonObject } from '@switchyard/models';
import { WireRefusal } from './conversation.js';
import type { Snapshot } from './options.js';
import { SIMULATOR_MODEL } from './simulator-model.js';

/** Where a running simulator is told to be another snapshot. */
export const SNAPSHOT = '/simulator/snapshot';

/** `{"model"?: text, "template_tokens"?: number}`; what is left out is as it was at first. @throws WireRefusal 400 */
export function readSnapshot(body: unknown): Snapshot {
  if (typeof body !== 'object' || body === null) throw refusal();
  const { model, template_tokens: templateTokens }: { model?: unknown; template_tokens?: unknown } = body;
  if (model !== undefined && (typeof model !== 'string' || model === '')) throw refusal();
  if (templateTokens !== undefined && !(typeof templateTokens === 'number' && Number.isInteger(templateTokens)))
    throw refusal();
  return {
    ...(typeof model === 'string' ? { model } : {}),
    ...(typeof templateTokens === 'number' ? { templateTokens: Math.max(0, templateTokens) } : {}),
  };
}

export function snapshotBody({ model = SIMULATOR_MODEL, templateTokens = 0 }: Snapshot): JsonObject {
  return { model, template_tokens: templateTokens };
}

function refusal(): WireRefusal {
  const message = 'A snapshot is {"model": text, "template_tokens": whole number}, each of which may be left out.';
  return new WireRefusal(400, 'invalid_request_error', message, 'invalid_snapshot');
}
