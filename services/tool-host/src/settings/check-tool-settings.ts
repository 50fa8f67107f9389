import { SwitchyardError, type ToolSettings } from '@switchyard/contracts';
import { EFFECTS, isEffect } from '../tools/tool.js';
import { unusableLimit } from '../tools/unusable-limit.js';

const MAX_TAGS = 32;
const TAG = /^[\p{L}\p{N}][\p{L}\p{N} _./:-]{0,63}$/u;
const TOOL = /^(\*|[A-Za-z0-9_-]{1,128}(\.\*)?)$/;
/** A day: what is older is better asked for again. */
const MAX_CACHE_SECONDS = 86_400;

/** @throws SwitchyardError `tool_settings.invalid` saying what is wrong */
export function checkToolSettings(settings: ToolSettings): void {
  const { tool, effect, tags, cacheSeconds } = settings;
  const invalid = (why: string) =>
    new SwitchyardError('tool_settings.invalid', `The settings of "${tool.slice(0, 128)}" cannot be used: ${why}.`, {
      details: { tool: tool.slice(0, 128) },
    });
  if (!TOOL.test(tool)) throw invalid('it is no name of a tool, "<toolset>.*" or "*"');
  if (effect !== '' && !isEffect(effect))
    throw invalid(`the effect "${effect.slice(0, 64)}" is none of ${EFFECTS.join(', ')}`);
  const unusable = unusableLimit(settings);
  if (unusable) throw invalid(unusable);
  if (cacheSeconds > MAX_CACHE_SECONDS) throw invalid(`cache_seconds are more than ${MAX_CACHE_SECONDS}, a day`);
  if (tags.length > MAX_TAGS) throw invalid(`it has ${tags.length} tags, and may have ${MAX_TAGS}`);
  const odd = tags.find((tag) => !TAG.test(tag));
  if (odd !== undefined) throw invalid(`the tag ${JSON.stringify(odd.slice(0, 64))} is no word of letters and digits`);
}

/** Nothing is said: the settings are to be forgotten. */
export function saysNothing(settings: ToolSettings): boolean {
  const { effect, timeoutMs, maxOutputBytes, tags, disabled, concurrency, callsPerMinute, cacheSeconds } = settings;
  const numbers = [timeoutMs, maxOutputBytes, concurrency, callsPerMinute, cacheSeconds];
  return effect === '' && tags.length === 0 && disabled === undefined && numbers.every((value) => value === 0);
}
