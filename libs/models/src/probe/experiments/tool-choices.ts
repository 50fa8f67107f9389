import { userMessage } from '../../messages/message-helpers.js';
import type { ToolChoice } from '../../model-request.js';
import { API_DEFAULTS } from '../../profile/api-defaults.js';
import type { ToolRule } from '../../profile/profile.js';
import type { Experiment, Judgement, Observation, ProbeState } from '../experiment.js';
import { isRefusal, refusalOf } from '../experiment.js';
import { SUM, SUM_AND_TIME, TOOLS } from './probe-tools.js';

type ChoiceName = ToolRule['choices'][number];

/** One experiment for each value but `auto`, with which the first call came. */
export const toolChoices: readonly Experiment[] = [
  choice('required', 'required', SUM),
  choice('named', { name: 'clock' }, SUM_AND_TIME),
  choice('none', 'none', SUM),
];

/** Ollama has no word for a choice: it is made by what is offered. */
const BY_OFFER = new Set(['ollama']);

function choice(name: ChoiceName, toolChoice: ToolChoice, text: string): Experiment {
  return {
    name: `tool choice ${name}`,
    fields: ['tools.choices'],
    ask: ({ api, sawCall, outputTokens }) => {
      if (!sawCall) return 'the model called no tool';
      if (BY_OFFER.has(api)) return 'the wire API has no such member';
      return { request: { messages: [userMessage(text)], tools: TOOLS, toolChoice, maxOutputTokens: outputTokens } };
    },
    judge: (seen, state) => judge(name, seen, state),
  };
}

function judge(name: ChoiceName, seen: Observation, { api, members }: ProbeState): Judgement {
  const choices = members.tools?.choices ?? API_DEFAULTS[api].tools.choices;
  const without = { tools: { choices: choices.filter((each) => each !== name) } };
  if (!seen.ok) {
    if (!isRefusal(seen.error)) return { findings: [] };
    return {
      findings: [
        {
          field: `tools.choices.${name}`,
          value: false,
          how: `it was refused (${refusalOf(seen.error)})`,
          confidence: 'proved',
        },
      ],
      members: without,
    };
  }
  const called = [...seen.response.toolCalls, ...seen.response.rejectedCalls.map(({ call }) => call)];
  const honoured =
    name === 'none'
      ? called.length === 0
      : name === 'named'
        ? called.length > 0 && called.every((call) => call.name === 'clock')
        : called.length > 0;
  // Cut before the call, it says nothing.
  if (!honoured && seen.response.finishReason === 'length') return { findings: [] };
  const what = called.length === 0 ? 'no call came' : `it called ${called.map((call) => call.name).join(', ')}`;
  return {
    findings: [
      {
        field: `tools.choices.${name}`,
        value: honoured,
        how: `it was accepted, and ${what}`,
        confidence: honoured ? 'proved' : 'likely',
      },
    ],
    ...(honoured ? {} : { members: without }),
  };
}
