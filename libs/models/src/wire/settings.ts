import type { ModelRequest, ToolDefinition } from '../model-request.js';
import type { Profile, SettingName } from '../profile/profile.js';

/** Whether an answer is asked for as a stream. */
export function isStreamed(request: ModelRequest, profile: Profile): boolean {
  return (request.stream ?? true) && profile.capabilities.streaming;
}

/** The tools that the backend can be offered. */
export function offeredTools(request: ModelRequest, profile: Profile): readonly ToolDefinition[] {
  return profile.capabilities.tools ? (request.tools ?? []) : [];
}

/** Output tokens to ask for: what the request wants, but never more than the endpoint gives. */
export function outputLimit(request: ModelRequest, profile: Profile): number {
  return Math.min(request.maxOutputTokens ?? profile.maxOutputTokens, profile.maxOutputTokens);
}

/** The sampling settings that the endpoint takes. */
export function commonSettings(
  request: ModelRequest,
  profile: Profile,
): Pick<ModelRequest, 'temperature' | 'topP' | 'stop' | 'seed'> {
  const takes = (name: SettingName): boolean => !profile.unsupported.includes(name);
  return {
    ...(request.temperature !== undefined && takes('temperature') ? { temperature: request.temperature } : {}),
    ...(request.topP !== undefined && takes('topP') ? { topP: request.topP } : {}),
    ...(request.stop !== undefined && request.stop.length > 0 && takes('stop') ? { stop: request.stop } : {}),
    ...(request.seed !== undefined && takes('seed') ? { seed: request.seed } : {}),
  };
}
