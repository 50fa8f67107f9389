import { dialectOf } from '../../dialects/table/index.js';
import type { JsonObject, JsonValue } from '../../json.js';
import type { Profile, WireApiName } from '../../profile/profile.js';

/** What a model is to answer. */
export interface Said {
  /** Counts the answers of a conversation: providers number what is theirs. */
  turn: number;
  thought: string;
  /** Base64, as signatures are. */
  signature: string;
  text: string;
  calls: { name: string; arguments: JsonObject }[];
}

/** The whole body of an answer, as an endpoint of this profile gives it. */
export function answerOf(profile: Profile, said: Said): JsonValue {
  const write = BODIES[profile.api];
  if (write === undefined) throw new Error(`no answer is written for ${profile.api} yet`);
  return write(said, profile);
}

const called = (said: Said): boolean => said.calls.length > 0;
const idsOf = ({ callIds }: Profile, { turn, calls }: Said): string[] =>
  calls.map(({ name }, index) => {
    if (callIds === 'positional') return `functions.${name}:${index}`;
    return callIds === 'alnum9' ? `a1b2c3d${turn}${index}` : `call_${turn}_${index}`;
  });

const functionCalls = (said: Said, profile: Profile): JsonObject[] => {
  const ids = idsOf(profile, said);
  return said.calls.map((call, index) => ({
    id: ids[index] ?? '',
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));
};

function completion(said: Said, profile: Profile, message: JsonObject): JsonObject {
  const calls = called(said) && message['tool_calls'] === undefined ? { tool_calls: functionCalls(said, profile) } : {};
  const finish = called(said) ? 'tool_calls' : 'stop';
  return {
    id: `chatcmpl-${said.turn}`,
    model: 'answered',
    choices: [{ index: 0, message: { role: 'assistant', ...calls, ...message }, finish_reason: finish }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  };
}

/** Calls stand in the text where no parser takes them out, and the prompt may have opened the reasoning. */
function chat(said: Said, profile: Profile): JsonObject {
  const field = profile.reasoning.fields[0] ?? 'reasoning_content';
  if (profile.tools.mode === 'native') return completion(said, profile, { content: said.text, [field]: said.thought });
  const dialect = dialectOf(profile.dialect);
  const written = said.calls.map((call, index) => ({ ...call, id: `call_${said.turn}_${index}` }));
  const calls = dialect !== undefined && called(said) ? dialect.write(written) : said.text;
  const content = profile.reasoning.opened ? `${said.thought}</think>${calls}` : calls;
  return completion({ ...said, calls: [] }, profile, { content });
}

const BODIES: Readonly<Partial<Record<WireApiName, (said: Said, profile: Profile) => JsonValue>>> = {
  'openai-chat': chat,
  mistral: (said, profile) =>
    completion(said, profile, {
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: said.thought }] },
        { type: 'text', text: said.text },
      ],
    }),
  'openai-responses': (said) => ({
    id: `resp_${said.turn}`,
    object: 'response',
    status: 'completed',
    model: 'answered',
    output: [
      {
        type: 'reasoning',
        id: `rs_${said.turn}`,
        summary: [{ type: 'summary_text', text: said.thought }],
        encrypted_content: `sealed rs_${said.turn}`,
      },
      {
        type: 'message',
        id: `msg_${said.turn}`,
        role: 'assistant',
        content: [{ type: 'output_text', text: said.text }],
      },
      ...said.calls.map((call, index) => ({
        type: 'function_call',
        id: `fc_${said.turn}_${index}`,
        call_id: `call_${said.turn}_${index}`,
        name: call.name,
        arguments: JSON.stringify(call.arguments),
      })),
    ],
    usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
  }),
  anthropic: (said) => ({
    id: `msg_${said.turn}`,
    type: 'message',
    role: 'assistant',
    model: 'answered',
    content: [
      { type: 'thinking', thinking: said.thought, signature: said.signature },
      { type: 'text', text: said.text },
      ...said.calls.map((call, index) => ({
        type: 'tool_use',
        id: `toolu_${said.turn}_${index}`,
        name: call.name,
        input: call.arguments,
      })),
    ],
    stop_reason: called(said) ? 'tool_use' : 'end_turn',
    usage: { input_tokens: 10, output_tokens: 5 },
  }),
  bedrock: (said) => ({
    output: {
      message: {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: said.thought, signature: said.signature } } },
          { text: said.text },
          ...said.calls.map((call, index) => ({
            toolUse: { toolUseId: `tooluse_${said.turn}_${index}`, name: call.name, input: call.arguments },
          })),
        ],
      },
    },
    stopReason: called(said) ? 'tool_use' : 'end_turn',
    usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
  }),
  gemini: (said) => ({
    responseId: `r${said.turn}`,
    modelVersion: 'answered',
    candidates: [
      {
        content: {
          role: 'model',
          parts: [
            { text: said.thought, thought: true, thoughtSignature: said.signature },
            { text: said.text },
            ...said.calls.map((call, index) => ({
              functionCall: { name: call.name, args: call.arguments },
              ...(index === 0 ? { thoughtSignature: said.signature } : {}),
            })),
          ],
        },
        finishReason: 'STOP',
      },
    ],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
  }),
  cohere: (said, profile) => ({
    id: `c${said.turn}`,
    finish_reason: called(said) ? 'TOOL_CALL' : 'COMPLETE',
    message: called(said)
      ? { role: 'assistant', tool_plan: said.thought, tool_calls: functionCalls(said, profile) }
      : {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: said.thought },
            { type: 'text', text: said.text },
          ],
        },
    usage: { tokens: { input_tokens: 10, output_tokens: 5 } },
  }),
  ollama: (said) => ({
    model: 'answered',
    message: {
      role: 'assistant',
      content: said.text,
      thinking: said.thought,
      ...(called(said) ? { tool_calls: said.calls.map((call) => ({ function: { ...call } })) } : {}),
    },
    done: true,
    done_reason: 'stop',
    prompt_eval_count: 10,
    eval_count: 5,
  }),
};
