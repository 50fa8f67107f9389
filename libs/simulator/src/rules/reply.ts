import { randomUUID } from 'node:crypto';
import type { CanonicalMessage, JsonObject, ToolDefinition } from '@switchyard/models';
import type { SimulatedAnswer, SimulatedCall, SimulatedRequest } from '../conversation.js';
import { chooseTool } from './choose-tool.js';
import { answerFromFacts } from './facts.js';
import { fillArguments } from './fill-arguments.js';
import { findIntents } from './find-intents.js';
import type { Intent, IntentKind } from './intent.js';
import { fillFromText, otherToolCall } from './other-tools.js';
import { answerMemoryAsk } from './memory-ask.js';
import { phrase } from './phrase.js';
import { readResult } from './results.js';
import { propertiesOf } from './schema.js';
import { matchResults, settledCalls, type SettledCall } from './settled-calls.js';

/** A wish and what will be done about it. */
type Step =
  | { how: 'call'; intent: Intent | undefined; tool: ToolDefinition; arguments: JsonObject }
  | { how: 'say'; text: string };

const NEEDS: Readonly<Record<IntentKind, string>> = {
  calculate: 'arithmetic',
  time: 'the time',
  read_file: 'reading files',
  write_file: 'writing files',
  list_files: 'listing files',
  fetch: 'fetching pages',
  remember: 'remembering',
  recall: 'memory',
  forget: 'forgetting',
};

const EXAMPLES: readonly [IntentKind, string][] = [
  ['calculate', 'what is 17% of 2,340?'],
  ['time', 'what time is it in Tokyo?'],
  ['read_file', 'what does notes.txt say?'],
  ['write_file', 'write hello to greet.txt'],
  ['list_files', 'list the files'],
  ['fetch', 'fetch https://example.com'],
  ['remember', 'remember that my favourite colour is teal'],
  ['recall', 'what is my favourite colour?'],
];

/** Answers a request by rule: calls what is still to be called, then speaks of the results. */
export function reply(request: SimulatedRequest): SimulatedAnswer {
  const turn = currentTurn(request.messages);
  const asked = answerMemoryAsk(turn.text);
  if (asked !== undefined) return answerWith(asked, request.tools);
  const steps = turn.text === '' ? [] : plan(turn, request);
  const calls = steps.filter((step) => step.how === 'call');
  const outcomes = matchResults(calls, turn.results);
  const open = calls.filter((call) => !outcomes.has(call));
  if (open.length > 0) {
    const now =
      request.parallelToolCalls && !/\b(?:first|one (?:after|by) (?:another|the other|one))\b/i.test(turn.text)
        ? open
        : open.slice(0, 1);
    return answer({ calls: now.map(asCall) });
  }
  if (steps.length === 0) return answer({ text: withoutWish(turn, request) });
  const said = steps.map((step) => {
    if (step.how === 'say') return step.text;
    const result = outcomes.get(step);
    const outcome = result === undefined ? { failed: true, text: 'it gave no result' } : readResult(result);
    if (step.intent !== undefined) return phrase(step.intent, step.tool.name, outcome);
    return outcome.failed
      ? `The tool ${step.tool.name} failed: ${outcome.text}`
      : `${step.tool.name} answered: ${outcome.text}`;
  });
  return answer({ text: said.join('\n') });
}

/** By the tool that takes it, where there is one. */
function answerWith(value: JsonObject, tools: readonly ToolDefinition[]): SimulatedAnswer {
  const [wanted = ''] = Object.keys(value);
  const tool = tools.find(({ inputSchema }) => propertiesOf(inputSchema).some(({ name }) => name === wanted));
  return tool === undefined
    ? answer({ text: JSON.stringify(value) })
    : answer({ calls: [asCall({ tool, arguments: value })] });
}

interface Turn {
  /** What the user said last. */
  text: string;
  /** What was said and recalled before. */
  context: string[];
  /** Results that came since. */
  results: SettledCall[];
}

function currentTurn(messages: readonly CanonicalMessage[]): Turn {
  const last = messages.findLastIndex(
    (message) => message.role === 'user' && withoutMemory(joinedText(message)).text !== '',
  );
  const spoken = last < 0 ? { text: '', memory: '' } : withoutMemory(joinedText(messages[last]));
  const context = messages
    .filter((message, index) => index !== last && (message.role === 'system' || message.role === 'user'))
    .map(joinedText);
  return {
    text: spoken.text,
    context: [...context, spoken.memory],
    results: settledCalls(messages.slice(last + 1)),
  };
}

function joinedText(message: CanonicalMessage | undefined): string {
  return (message?.parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('\n\n');
}

/** What a platform recalled may stand in the user's message: in tags, or as a paragraph that says so. */
function withoutMemory(whole: string): { text: string; memory: string } {
  // A longer message is a pasted document, not one that a platform put memory into.
  if (whole.length > 100_000) return { text: whole, memory: '' };
  const memory: string[] = [];
  const keep = (found: string): string => {
    memory.push(found.replace(/<\/?[\w-]+>/g, ''));
    return '\n\n';
  };
  const rest = whole
    .replace(/<(memor\w*|recall\w*|working\w*|context)\b[^>]*>[\s\S]*?<\/\1>/gi, keep)
    .replace(
      /(?:^|\n\n)[^\n?]{0,200}\b(?:memor(?:y|ies)|recalled|remembered|known facts?)\b[^\n?]{0,200}:[ \t]*(?:\n+[ \t]*[-*•][^\n]*)+/gi,
      keep,
    );
  return { text: rest.trim(), memory: memory.join('\n') };
}

function plan(turn: Turn, request: SimulatedRequest): Step[] {
  const { tools, toolChoice } = request;
  const offered =
    toolChoice === 'none'
      ? []
      : typeof toolChoice === 'object'
        ? tools.filter(({ name }) => name === toolChoice.name)
        : tools;
  const intents = findIntents(turn.text);
  const steps = intents.map((intent) => stepFor(intent, turn, offered));
  const forced = toolChoice === 'required' || typeof toolChoice === 'object';
  if (steps.some((step) => step.how === 'call')) return steps;

  const other = otherToolCall(
    turn.text,
    offered.filter((tool) => !isOfKnownKind(tool)),
  );
  if (other !== undefined) return [{ how: 'call', intent: undefined, ...other }];
  if (forced) {
    for (const tool of offered) {
      const filled = fillFromText(turn.text, tool);
      if (filled !== undefined) return [{ how: 'call', intent: undefined, tool, arguments: filled }];
    }
  }
  return steps;
}

/** Tools that the rules know are called for what they are for, and not because a word of their name was said. */
function isOfKnownKind(tool: ToolDefinition): boolean {
  return EXAMPLES.some(([kind]) => chooseTool(kind, [tool]) !== undefined);
}

function stepFor(intent: Intent, turn: Turn, tools: readonly ToolDefinition[]): Step {
  if (intent.kind === 'recall') {
    const known = answerFromFacts(intent.question, turn.context);
    if (known !== undefined) return { how: 'say', text: known };
  }
  if (intent.kind === 'forget') return forgetStep(intent, turn, tools);
  const tool = chooseTool(intent.kind, tools);
  const filled = tool === undefined ? undefined : fillArguments(intent, tool);
  if (tool !== undefined && filled !== undefined) return { how: 'call', intent, tool, arguments: filled };
  return {
    how: 'say',
    text: `That needs a tool for ${NEEDS[intent.kind]}, and I was offered none that I can use. ${selfDescription()}`,
  };
}

/** First it is looked for, then what was found is forgotten by its id. */
function forgetStep(intent: Extract<Intent, { kind: 'forget' }>, turn: Turn, tools: readonly ToolDefinition[]): Step {
  const search = chooseTool('recall', tools);
  const forget = chooseTool('forget', tools);
  const found = turn.results.find(({ result }) => result.name === search?.name);
  const id = found && /\[(mem_\w+)\]/.exec(readResult(found.result).text)?.[1];
  if (forget && id !== undefined) {
    const known = { ...intent, id };
    const filled = fillArguments(known, forget);
    if (filled) return { how: 'call', intent: known, tool: forget, arguments: filled };
  }
  const asked = search && fillArguments({ kind: 'recall', question: intent.what }, search);
  if (search && forget && asked) return { how: 'call', intent, tool: search, arguments: asked };
  return {
    how: 'say',
    text: `That needs a tool for ${NEEDS.forget}, and I was offered none that I can use. ${selfDescription()}`,
  };
}

function withoutWish(turn: Turn, request: SimulatedRequest): string {
  if (/^\W*(?:hi|hello|hey|good (?:morning|evening|day)|thanks|thank you)\b/i.test(turn.text)) {
    return `Hello. ${selfDescription()} ${abilities(request.tools)}`;
  }
  return `I cannot answer that. ${selfDescription()} ${abilities(request.tools)}`;
}

function selfDescription(): string {
  return 'I am switchyard-simulator: there is no language model behind me, I follow fixed rules.';
}

function abilities(tools: readonly ToolDefinition[]): string {
  const possible = EXAMPLES.filter(([kind]) => chooseTool(kind, tools) !== undefined).map(
    ([, example]) => `"${example}"`,
  );
  return possible.length === 0
    ? 'With tools I can calculate, tell the time, read files, fetch pages and remember; this request offers me none of those.'
    : `With the tools at hand I can do things like: ${possible.join(', ')}. Configure a real model for anything else.`;
}

function asCall(step: { tool: ToolDefinition; arguments: JsonObject }): SimulatedCall {
  return { id: randomUUID().replaceAll('-', ''), name: step.tool.name, arguments: step.arguments };
}

function answer(init: { text?: string; calls?: SimulatedCall[] }): SimulatedAnswer {
  const calls = init.calls ?? [];
  return { reasoning: '', text: init.text ?? '', calls, finish: calls.length > 0 ? 'tool_calls' : 'stop' };
}
