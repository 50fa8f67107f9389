import { DIALECT_NAMES } from '../dialects/table/index.js';
import { SUBSET_NAMES } from '../schema/projection.js';
import type { CallIdRule, Profile, ProfileInit, WireApiName } from './profile.js';
import { defineProfile } from './profile.js';

/** Why a profile cannot be meant as it is written. A closed set. */
export const PROFILE_PROBLEM_CODES = [
  'output_exceeds_window',
  'text_without_dialect',
  'constrained_without_schema',
  'replay_without_signer',
  'call_ids_refused',
  'native_without_choices',
  'template_not_applied',
  'opened_without_dialect',
  'unknown_dialect',
  'unknown_subset',
] as const;

/** One contradiction of a profile with itself or with its wire API. */
export interface ProfileProblem {
  code: (typeof PROFILE_PROBLEM_CODES)[number];
  /** The member, as in `tools.mode`. */
  path: string;
  /** What contradicts what, and what to do. */
  reason: string;
}

/** What ids of calls each wire API carries; where none are listed, all. Over the others an id of another form is answered with a 400. */
const CALL_IDS: Readonly<Partial<Record<WireApiName, readonly CallIdRule[]>>> = {
  'openai-chat': ['token', 'alnum9', 'positional'],
  'openai-responses': ['token', 'alnum9'],
  anthropic: ['token', 'alnum9'],
  bedrock: ['token', 'alnum9'],
  mistral: ['alnum9'],
  cohere: ['token', 'alnum9', 'positional'],
  gemini: ['token', 'alnum9', 'none'],
};

/** Everywhere else the server applies the template. */
const WITH_TEMPLATE: readonly string[] = ['completion'];

/**
 * What contradicts itself in a profile that has the form of `PROFILE_SCHEMA`; empty where nothing does. What is not written has its wire
 * API's default, and a default alone is never a contradiction.
 */
export function checkProfile(init: ProfileInit): ProfileProblem[] {
  const profile = defineProfile(init);
  return [
    ...limitProblems(init, profile),
    ...nameProblems(profile),
    ...toolProblems(profile),
    ...turnProblems(profile),
  ];
}

function limitProblems(init: ProfileInit, { contextWindow, maxOutputTokens }: Profile): ProfileProblem[] {
  // A small window with the default for the output says nothing wrong: the request names the smaller one.
  if (init.maxOutputTokens === undefined || maxOutputTokens <= contextWindow) return [];
  const window =
    init.contextWindow === undefined
      ? `the window is ${contextWindow}, the default: say contextWindow`
      : `the window is ${contextWindow}: an answer is part of it`;
  return [
    {
      code: 'output_exceeds_window',
      path: 'maxOutputTokens',
      reason: `is ${maxOutputTokens}, and ${window}`,
    },
  ];
}

/** For profiles that did not come through the schema. */
function nameProblems({ dialect, tools, output }: Profile): ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  if (dialect !== '' && !DIALECT_NAMES.includes(dialect)) {
    const reason = `"${dialect.slice(0, 64)}" is no dialect that is known here. It may be empty, or one of: ${DIALECT_NAMES.join(', ')}`;
    problems.push({ code: 'unknown_dialect', path: 'dialect', reason });
  }
  const subsets = [
    ['tools.subset', tools.subset],
    ['output.subset', output.subset],
  ] as const;
  for (const [path, subset] of subsets) {
    if (SUBSET_NAMES.includes(subset)) continue;
    const reason = `"${String(subset).slice(0, 64)}" is no subset that is known here. It may be ${SUBSET_NAMES.join(', ')}`;
    problems.push({ code: 'unknown_subset', path, reason });
  }
  return problems;
}

function toolProblems({ api, dialect, tools, output, capabilities, callIds }: Profile): ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  if (tools.mode === 'text' && dialect === '') {
    const reason = 'is "text", and the dialect is empty, so that no call could be written or read: name the dialect';
    problems.push({ code: 'text_without_dialect', path: 'tools.mode', reason });
  }
  if (tools.mode === 'constrained' && !output.methods.includes('json_schema')) {
    const reason =
      'is "constrained", and output.methods has no "json_schema", which would hold the answer to its form: add it, or take the mode "text"';
    problems.push({ code: 'constrained_without_schema', path: 'tools.mode', reason });
  }
  if (tools.mode === 'native' && capabilities.tools && tools.choices.length === 0) {
    const reason =
      'is empty, and tools are native, so that they could be offered with no choice at all: list at least "auto", or say capabilities.tools: false';
    problems.push({ code: 'native_without_choices', path: 'tools.choices', reason });
  }
  const allowed = CALL_IDS[api];
  if (allowed !== undefined && !allowed.includes(callIds)) {
    const reason = `is "${callIds}", which ${api} does not carry: it may be ${allowed.join(', ')}`;
    problems.push({ code: 'call_ids_refused', path: 'callIds', reason });
  }
  return problems;
}

function turnProblems({ api, dialect, reasoning, template }: Profile): ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  if (reasoning.replay !== 'none' && reasoning.signer === '') {
    const reason = `is "${reasoning.replay}", and nobody is named who knows the reasoning again: say reasoning.signer, or take "none"`;
    problems.push({ code: 'replay_without_signer', path: 'reasoning.replay', reason });
  }
  if (reasoning.opened && dialect === '') {
    const reason =
      'is true, and the dialect is empty, so that nothing would find the end of the reasoning: name the dialect';
    problems.push({ code: 'opened_without_dialect', path: 'reasoning.opened', reason });
  }
  if (template !== null && !WITH_TEMPLATE.includes(api)) {
    const reason = `is there, and over ${api} the server applies its own: take it out, or serve by the api "completion"`;
    problems.push({ code: 'template_not_applied', path: 'template', reason });
  }
  return problems;
}
