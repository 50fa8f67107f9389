import type { JsonObject } from '../../json.js';
import { isJsonObject, parseJson } from '../../json.js';
import { textOf, userMessage } from '../../messages/message-helpers.js';
import type { ToolChoice } from '../../model-request.js';
import type { ModelResponse } from '../../model-response.js';
import type { CallIdRule } from '../../profile/profile.js';
import { readBody } from '../../wire/read-body.js';
import type { Experiment, Judgement, JudgedFinding, Observation, ProbeState } from '../experiment.js';
import { isRefusal, refusalOf } from '../experiment.js';
import { nameDialect } from './name-dialect.js';
import { CALCULATOR, SUM, TOOLS, toldInWords } from './probe-tools.js';

/** Whether and how tools are called: in the wire's own fields, as text that the server left, or only when told in words. */
export const toolCall: Experiment = called('auto');

function called(toolChoice: ToolChoice): Experiment {
  return {
    name: toolChoice === 'auto' ? 'a tool call' : 'a tool call that is demanded',
    fields: ['tools.mode', 'dialect', 'callIds', 'capabilities.tools'],
    ask: ({ outputTokens }) => ({
      request: { messages: [userMessage(SUM)], tools: TOOLS, toolChoice, maxOutputTokens: outputTokens },
    }),
    judge: (seen, state) => {
      if (!seen.ok) {
        if (isRefusal(seen.error) || seen.error.kind === 'unavailable')
          return { findings: [], next: inWords(`tools were refused (${refusalOf(seen.error)})`) };
        return {
          findings: [],
          ...(toolChoice === 'auto' ? { next: called('required') } : { next: inWords('no call came') }),
        };
      }
      const found = judgeCall(seen, state);
      if (found !== undefined) return found;
      return toolChoice === 'auto'
        ? { findings: [], next: called('required') }
        : { findings: [], next: inWords('the model called nothing, not even where a call was demanded') };
    },
  };
}

function judgeCall(seen: Observation & { ok: true }, state: ProbeState): Judgement | undefined {
  const { response, raw } = seen;
  const opened = state.members.reasoning?.opened ?? false;
  const bare = readBody(raw, { api: state.api, profile: { dialect: '' }, tools: TOOLS });
  if (bare.calls.length + bare.rejected.length > 0) return judgeNative(response, raw);
  const named = nameDialect(bare.content, TOOLS, opened);
  if (named === undefined) return undefined;
  const who = named.exact ? `exactly as ${named.dialect} writes it` : `read by ${named.readers.join(', ') || 'auto'}`;
  return {
    findings: [
      {
        field: 'dialect',
        value: named.dialect,
        how: `tools were taken, and the call came back as text in the answer, ${who}`,
        confidence: named.exact ? 'proved' : 'likely',
      },
      { field: 'tools.mode', value: 'native', how: 'tools were taken in the fields of the API', confidence: 'proved' },
    ],
    members: { dialect: named.dialect, capabilities: { tools: true } },
  };
}

function judgeNative(response: ModelResponse, raw: string): Judgement {
  const { message, repairs, rejectedCalls } = response;
  const ids = message.parts.flatMap((part) => (part.type === 'tool_call' ? [part.providerId ?? ''] : []));
  const rule = ruleOf(ids);
  const quirks = [...new Set([...repairs.map(({ code }) => code), ...(lacksIndex(raw) ? ['index_missing'] : [])])];
  const findings: JudgedFinding[] = [
    { field: 'tools.mode', value: 'native', how: 'a call came in the fields of the API', confidence: 'proved' },
    {
      field: 'ids.returned',
      value: ids.every((id) => id === '') ? 'none' : (ids[0] ?? ''),
      how: ids.every((id) => id === '') ? 'calls came without ids; Switchyard gives its own' : 'the id of the call',
      confidence: 'proved',
    },
    ...(rule === undefined
      ? []
      : [
          {
            field: 'callIds',
            value: rule,
            how: 'its own ids count the calls of the conversation',
            confidence: 'likely' as const,
          },
        ]),
    ...(quirks.length === 0
      ? []
      : [
          {
            field: 'quirks',
            value: quirks,
            how: 'put right while the call was read; nothing has to be set for it',
            confidence: 'proved' as const,
          },
        ]),
    ...rejectedCalls.map(({ code, reason }) => ({
      field: 'calls.rejected',
      value: code,
      how: `a call could not be taken: ${reason}`,
      confidence: 'proved' as const,
    })),
  ];
  return {
    findings,
    members: { ...(rule === undefined ? {} : { callIds: rule }), capabilities: { tools: true } },
  };
}

/** Only this form says by itself what is wanted back; of the others the history tells. */
function ruleOf(ids: readonly string[]): CallIdRule | undefined {
  return ids.some((id) => /^functions\.[\w-]+:\d+$/u.test(id)) ? 'positional' : undefined;
}

/** Pieces of streamed calls without `index`, over chat completions. */
function lacksIndex(raw: string): boolean {
  return raw.split('\n').some((line) => {
    const data = line.startsWith('data:') ? parseJson(line.slice(5).trim()) : undefined;
    const choices = isJsonObject(data) && Array.isArray(data['choices']) ? data['choices'].filter(isJsonObject) : [];
    return choices.some(({ delta }) => {
      const entries: JsonObject[] =
        isJsonObject(delta) && Array.isArray(delta['tool_calls']) ? delta['tool_calls'].filter(isJsonObject) : [];
      return entries.some((entry) => typeof entry['index'] !== 'number');
    });
  });
}

/** The tool is told in the prompt, and the call is looked for in the text. */
function inWords(why: string): Experiment {
  return {
    name: 'a tool told in words',
    fields: ['tools.mode', 'dialect'],
    ask: ({ outputTokens }) => ({
      request: { messages: [userMessage(toldInWords(SUM))], maxOutputTokens: outputTokens },
      members: { dialect: '' },
    }),
    judge: (seen, state) => {
      const opened = state.members.reasoning?.opened ?? false;
      const named = seen.ok ? nameDialect(textOf(seen.response.message), [CALCULATOR], opened) : undefined;
      if (named !== undefined)
        return {
          findings: [
            {
              field: 'tools.mode',
              value: 'text',
              how: `${why}; told in words, the model wrote its call as asked`,
              confidence: 'likely',
            },
            {
              field: 'dialect',
              value: named.dialect,
              how: 'the form in which it wrote the call',
              confidence: 'likely',
            },
          ],
          members: { tools: { mode: 'text' }, dialect: named.dialect, capabilities: { tools: true } },
        };
      const said = seen.ok ? 'it wrote none in words either' : `words failed as well (${refusalOf(seen.error)})`;
      return {
        findings: [
          {
            field: 'capabilities.tools',
            value: false,
            how: `${why}; ${said}`,
            confidence: seen.ok ? 'likely' : 'assumed',
          },
        ],
        members: { capabilities: { tools: false } },
      };
    },
  };
}
