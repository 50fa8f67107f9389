import { dialectOf } from '../dialects/table/index.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject, nonEmptyString, parseJson } from '../json.js';
import type { ModelResponse } from '../model-response.js';
import { readBody } from '../wire/read-body.js';
import type { Judgement, JudgedFinding, Observation, ProbeState } from './experiment.js';
import type { ProfileMembers } from './finding.js';
import { mergeMembers } from './finding.js';

const KNOWN_FIELDS = ['reasoning_content', 'reasoning'];
/** Names that fields of reasoning have; those of counts and settings have them too, and hold no text. */
const REASONING_NAME = /reason|think|thought/iu;

/** What any answer may show beside what was asked: reasoning and where it stands, and how tokens are counted. */
export function sideFindings(seen: Observation, state: ProbeState): Judgement {
  if (!seen.ok) return { findings: [] };
  const { raw, response } = seen;
  const parts = [
    reasoningField(raw, state),
    unopenedReasoning(raw, state),
    reasoningCount(raw, state),
    reasons(response, state),
  ];
  return {
    findings: parts.flatMap(({ findings }) => findings),
    members: parts.reduce<ProfileMembers>((all, { members = {} }) => mergeMembers(all, members), {}),
  };
}

interface Part {
  findings: JudgedFinding[];
  members?: ProfileMembers;
}
const NOTHING: Part = { findings: [] };

function reasons({ message, usage }: ModelResponse, { members }: ProbeState): Part {
  if (members.capabilities?.reasoning === true) return NOTHING;
  const came = message.parts.some((part) => part.type === 'reasoning');
  if (!came && usage.reasoningTokens === 0) return NOTHING;
  const how = came ? 'an answer came with reasoning' : 'tokens of reasoning were counted';
  return {
    findings: [{ field: 'capabilities.reasoning', value: true, how, confidence: 'proved' }],
    members: { capabilities: { reasoning: true } },
  };
}

/** Over chat completions reasoning has a field of the vendor's own choice. */
function reasoningField(raw: string, { api, members }: ProbeState): Part {
  if (api !== 'openai-chat' || members.reasoning?.fields !== undefined) return NOTHING;
  for (const message of messagesIn(raw)) {
    const field = Object.keys(message).find(
      (name) => REASONING_NAME.test(name) && nonEmptyString(message[name]) !== undefined,
    );
    if (field === undefined) continue;
    const fields = [field, ...KNOWN_FIELDS.filter((known) => known !== field)];
    const how = `reasoning came in the field ${field}`;
    return {
      findings: [{ field: 'reasoning.fields', value: fields, how, confidence: 'proved' }],
      members: { reasoning: { fields } },
    };
  }
  return NOTHING;
}

/** The end of reasoning without its beginning: the prompt opened it. */
function unopenedReasoning(raw: string, { api, members }: ProbeState): Part {
  if (members.reasoning?.opened === true) return NOTHING;
  const { content } = readBody(raw, { api, profile: { dialect: '' } });
  const marks = dialectOf('auto')?.reasoning ?? [];
  const orphan = marks.find(({ open, close }) => {
    const end = content.indexOf(close);
    return end >= 0 && (content.indexOf(open) < 0 || content.indexOf(open) > end);
  });
  if (orphan === undefined) return NOTHING;
  const how = `an answer had ${orphan.close} without ${orphan.open} before it: the prompt opens the reasoning`;
  return {
    findings: [{ field: 'reasoning.opened', value: true, how, confidence: 'proved' }],
    members: { reasoning: { opened: true } },
  };
}

/** Whether the output contains the reasoning, by the sum that the endpoint gives. */
function reasoningCount(raw: string, { api, members }: ProbeState): Part {
  if (api !== 'openai-chat' || members.usage !== undefined) return NOTHING;
  for (const usage of usagesIn(raw)) {
    const details = isJsonObject(usage['completion_tokens_details']) ? usage['completion_tokens_details'] : {};
    const [input, output, total, reasoning] = [
      usage['prompt_tokens'],
      usage['completion_tokens'],
      usage['total_tokens'],
      details['reasoning_tokens'],
    ].map(Number);
    if (!reasoning || input === undefined || output === undefined || total === undefined) continue;
    const includes = total === input + output;
    if (!includes && total !== input + output + reasoning) continue;
    const how = `of its counts, total is prompt + completion${includes ? '' : ' + reasoning'}`;
    return {
      findings: [{ field: 'usage.outputIncludesReasoning', value: includes, how, confidence: 'proved' }],
      members: { usage: { inputIncludesCached: true, outputIncludesReasoning: includes } },
    };
  }
  return NOTHING;
}

function messagesIn(raw: string): JsonObject[] {
  return bodiesIn(raw).flatMap((body) => {
    const choices = Array.isArray(body['choices']) ? body['choices'].filter(isJsonObject) : [];
    return choices.flatMap((choice) => [choice['delta'], choice['message']].filter(isJsonObject));
  });
}

function usagesIn(raw: string): JsonObject[] {
  return bodiesIn(raw).flatMap((body) => (isJsonObject(body['usage']) ? [body['usage']] : []));
}

/** A whole body, or the events of a stream. */
function bodiesIn(raw: string): JsonObject[] {
  const whole = parseJson(raw);
  if (isJsonObject(whole)) return [whole];
  return raw
    .split('\n')
    .map((line): JsonValue | undefined => (line.startsWith('data:') ? parseJson(line.slice(5).trim()) : undefined))
    .filter(isJsonObject);
}
