import type { ToolNames } from '../../calls/tool-names.js';
import type { Dialect } from '../../dialects/dialect.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject } from '../../json.js';
import { textOf } from '../../messages/message-helpers.js';
import type { ImagePart, TextPart } from '../../messages/message.js';
import type { AnsweredCall, Turn } from '../../messages/turns.js';
import { imagePlaceholder, wellFormed, wellFormedArguments } from '../../messages/turns.js';
import type { Profile } from '../../profile/profile.js';
import { ownReasoning } from '../own-reasoning.js';
import { resultText } from '../result-text.js';
import type { ControlTokens } from './control-tokens.js';
import type { TemplateTraits } from './template-traits.js';
import { writeCalls, writeResult } from './text-tools.js';

export interface MessageContext {
  traits: TemplateTraits;
  tokens: ControlTokens;
  profile: Profile;
  names: ToolNames;
  /** In which calls are written where they stand in the text. */
  dialect: Dialect;
  /** Added to the instructions. */
  instructions: string;
  /** Calls and results stand in the text: the template has no place for them, or the profile wants it so. */
  callsInText: boolean;
}

type Said = { role: 'system' | 'user' | 'assistant'; text: string; more?: JsonObject };
type Result = { role: 'tool'; text: string; more: JsonObject };

/** Settled turns as the messages that a template is given. */
export function templateMessages(turns: readonly Turn[], context: MessageContext): JsonObject[] {
  const { traits } = context;
  const messages = joined(turns.flatMap((turn) => messagesOf(turn, context)));
  const [first] = messages;
  const { instructions } = context;
  if (instructions !== '') {
    if (first?.role === 'system') first.text += `\n\n${instructions}`;
    else messages.unshift({ role: 'system', text: instructions });
  }
  return (traits.system ? messages : folded(messages)).map(({ role, text, more }) => ({
    role,
    content: traits.content === 'text' ? text : [{ type: 'text', text }],
    ...more,
  }));
}

/** Instructions open the first user's words where the template has no other place for them. */
function folded(messages: readonly (Said | Result)[]): (Said | Result)[] {
  const [first, second, ...others] = messages;
  if (first?.role !== 'system') return [...messages];
  if (second?.role !== 'user') return [{ ...first, role: 'user' }, ...messages.slice(1)];
  return [{ ...second, text: `${first.text}\n\n${second.text}` }, ...others];
}

/** Results in the text are a user's words, and meet those that follow. */
function joined(messages: readonly (Said | Result)[]): (Said | Result)[] {
  const all: (Said | Result)[] = [];
  for (const message of messages) {
    const last = all.at(-1);
    if (message.role === 'user' && last?.role === 'user') last.text += `\n\n${message.text}`;
    else all.push({ ...message });
  }
  return all;
}

function messagesOf(turn: Turn, context: MessageContext): (Said | Result)[] {
  const { tokens, profile, callsInText } = context;
  switch (turn.kind) {
    case 'system':
      return [{ role: 'system', text: tokens.neutralise(wellFormed(turn.text)) }];
    case 'user':
      return [{ role: 'user', text: tokens.neutraliseTags(wellFormed(userText(turn.parts))) }];
    case 'assistant': {
      const text = tokens.neutraliseTags(wellFormed(textOf(turn.parts)));
      const reasoning = tokens.neutraliseTags(wellFormed(ownReasoning(turn.parts, profile)));
      const more = reasoning === '' ? {} : { reasoning_content: reasoning };
      if (turn.calls.length === 0) return [{ role: 'assistant', text, more }];
      return callsInText ? textCalls(text, turn.calls, context) : templateCalls(text, more, turn.calls, context);
    }
  }
}

/** One message with all calls, or one for each where the template takes no more. What was said stands in the first. */
function templateCalls(
  text: string,
  more: JsonObject,
  calls: readonly AnsweredCall[],
  context: MessageContext,
): (Said | Result)[] {
  const groups = context.traits.parallelCalls ? [calls] : calls.map((call) => [call]);
  return groups.flatMap((group, index) => [
    {
      role: 'assistant' as const,
      text: index === 0 ? text : '',
      more: { ...(index === 0 ? more : {}), tool_calls: group.map((each) => callOf(each, context)) },
    },
    ...group.map(({ call, result, wireId }) => ({
      role: 'tool' as const,
      text: context.tokens.neutraliseTags(resultText(result)),
      more: { name: context.names.toWire(call.name), tool_call_id: wireId },
    })),
  ]);
}

function callOf({ call, wireId }: AnsweredCall, { traits, profile, names, tokens }: MessageContext): JsonObject {
  const wanted = profile.tools.arguments;
  const form = traits.arguments.includes(wanted) ? wanted : traits.arguments[0];
  const args = neutraliseJson(wellFormedArguments(call.arguments), tokens);
  return {
    id: wireId,
    type: 'function',
    function: { name: names.toWire(call.name), arguments: form === 'string' ? JSON.stringify(args) : args },
  };
}

function textCalls(text: string, calls: readonly AnsweredCall[], context: MessageContext): Said[] {
  const { names, dialect, tokens } = context;
  const clean = calls.map((each) => {
    const args = neutraliseJson(each.call.arguments, tokens);
    return { ...each, call: { ...each.call, arguments: isJsonObject(args) ? args : {} } };
  });
  const written = writeCalls(clean, (name) => names.toWire(name), dialect);
  const results = calls.map(({ result }) => writeResult(tokens.neutraliseTags(resultText(result))));
  return [
    { role: 'assistant', text: text === '' ? written : `${text}\n${written}` },
    { role: 'user', text: results.join('\n') },
  ];
}

function userText(parts: readonly (TextPart | ImagePart)[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : imagePlaceholder(part))).join('\n\n');
}

/** The same value, in which no text, no name of a member either, is a mark of the template. */
export function neutraliseJson(value: JsonValue | undefined, tokens: ControlTokens): JsonValue {
  if (typeof value === 'string') return tokens.neutralise(value);
  if (Array.isArray(value)) return value.map((item) => neutraliseJson(item, tokens));
  if (!isJsonObject(value)) return value ?? null;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [tokens.neutralise(key), neutraliseJson(member, tokens)]));
}
