import { afterEach, describe, expect, it } from '@jest/globals';
import type { ProbeResult } from '@switchyard/models';
import { MAX_PROBE_REQUESTS, probeEndpoint } from '@switchyard/models';
import { converse, TOOLS } from '../agent.fixture.js';
import type { ChatBody, Quirks } from './bare-server.fixture.js';
import { serveBareModel } from './bare-server.fixture.js';
import type { CountingServer } from './server.fixture.js';

let server: CountingServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Probes a server, and has the found profile do an agent's work where it calls tools natively. */
async function probed(quirks: Quirks): Promise<ProbeResult> {
  server = await serveBareModel(quirks);
  const found = await probeEndpoint({ baseUrl: `${server.url}/v1` });
  expect([server.asked.length, found.requests <= MAX_PROBE_REQUESTS]).toEqual([found.requests, true]);
  return found;
}

async function work({ backend }: ProbeResult): Promise<[string, unknown][]> {
  const { calls, answer } = await converse(
    backend,
    'What is 17% of 2340?',
    { calculator: () => '397.8' },
    { tools: TOOLS.slice(0, 2) },
  );
  expect(answer).toContain('397.8');
  return calls.map((call) => [call.name, call.arguments]);
}

const SUM: [string, unknown][] = [['calculator', { expression: '0.17 * 2340' }]];
const rolesOf = ({ messages }: ChatBody): string => messages.map(({ role }) => role).join(' ');
const idsOf = ({ messages }: ChatBody): string[] =>
  messages.flatMap(({ tool_calls: calls = [], tool_call_id: id }) => [
    ...calls.map((call) => call.id),
    ...(id === undefined ? [] : [id]),
  ]);

describe('calls that a server leaves in the text', () => {
  it.each([
    'glm-4.7',
    'glm-4.5',
    'hermes',
    'qwen3-coder',
    'kimi-k2',
    'deepseek-v3.1',
    'deepseek-v3.2',
    'minimax-m2',
    'lfm2',
    'gemma-4',
    'seed-oss',
  ])('%s: the dialect is named, and an agent works with it', async (dialect) => {
    const found = await probed({ dialect });
    expect(found.backend.profile).toMatchObject({ dialect, tools: { mode: 'native' }, capabilities: { tools: true } });
    expect(await work(found)).toEqual(SUM);
  });

  it.each(['llama-3', 'mistral-v11', 'pythonic', 'olmo-3', 'phi-4', 'xlam'])(
    '%s: whatever it is called, an agent works with it',
    async (dialect) => {
      expect(await work(await probed({ dialect }))).toEqual(SUM);
    },
  );

  it('after reasoning that the prompt opened: both are found', async () => {
    const found = await probed({ dialect: 'glm-4.7', before: 'Let me think.</think>' });
    expect(found.backend.profile).toMatchObject({
      dialect: 'glm-4.7',
      reasoning: { opened: true },
      capabilities: { reasoning: true },
    });
    expect(await work(found)).toEqual(SUM);
  });
});

describe('a server that differs', () => {
  it.each<[string, Quirks, object]>([
    ['answers whole where a stream is asked for', { streams: false }, { capabilities: { streaming: false } }],
    [
      'refuses stream_options',
      { refuse: (body) => (body['stream_options'] === undefined ? undefined : 'stream_options is not supported') },
      { streamUsage: false, capabilities: { streaming: true } },
    ],
    [
      'refuses a stream',
      { refuse: (body) => (body['stream'] === true ? 'streaming is not supported' : undefined) },
      { capabilities: { streaming: false } },
    ],
    [
      'refuses max_tokens',
      {
        refuse: (body) =>
          body['max_tokens'] === undefined
            ? undefined
            : "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
      },
      { maxTokensField: 'max_completion_tokens' },
    ],
    [
      'refuses settings by their names',
      {
        refuse: (body) => {
          const [first] = ['temperature', 'top_p', 'stop'].filter((name) => body[name] !== undefined);
          return first === undefined
            ? undefined
            : `Unsupported value: '${first}' does not support 0.5 with this model.`;
        },
      },
      { unsupported: ['temperature', 'topP', 'stop'] },
    ],
    [
      'refuses a setting and does not say which',
      { refuse: (body) => (body['seed'] === undefined ? undefined : 'Bad request') },
      { unsupported: ['seed'] },
    ],
    [
      'refuses parallel_tool_calls',
      {
        refuse: (body) => (body['parallel_tool_calls'] === undefined ? undefined : 'parallel_tool_calls: extra fields'),
      },
      { unsupported: ['parallelToolCalls'], capabilities: { parallelToolCalls: true } },
    ],
    ['makes one call at a time', { oneCall: true }, { capabilities: { parallelToolCalls: false } }],
    [
      'wants assistants and users to alternate after results',
      {
        refuse: (body) =>
          rolesOf(body).includes('tool user') ? "Unexpected role 'user' after role 'tool'" : undefined,
      },
      { userAfterResults: false },
    ],
    [
      'takes instructions at the front only',
      {
        refuse: (body) => (/ system/u.test(rolesOf(body)) ? 'System message must be at the beginning.' : undefined),
        status: 500,
      },
      { system: { role: 'system', placement: 'first' } },
    ],
    [
      'takes instructions from developers',
      { refuse: (body) => (rolesOf(body).includes('system') ? 'System role not supported' : undefined) },
      { system: { role: 'developer', placement: 'first' } },
    ],
    [
      'wants ids of nine letters and digits',
      {
        refuse: (body) =>
          idsOf(body).every((id) => /^[a-zA-Z0-9]{9}$/u.test(id))
            ? undefined
            : 'Tool call id has to have a length of 9.',
      },
      { callIds: 'alnum9' },
    ],
    ['counts calls in their ids', { idOf: (name, place) => `functions.${name}:${place}` }, { callIds: 'positional' }],
    [
      'states a small window',
      {
        refuse: (body) =>
          Number(body['max_tokens']) > 8_192
            ? `This model's maximum context length is 8192 tokens. However, you requested ${String(body['max_tokens'])} tokens.`
            : undefined,
      },
      { contextWindow: 8_192, approximate: false },
    ],
    ['lists its window', { listed: { max_model_len: 40_960 } }, { contextWindow: 40_960, approximate: false }],
    [
      'has its own field for reasoning',
      { reasoningField: 'reasoning' },
      { reasoning: { fields: ['reasoning', 'reasoning_content'] }, capabilities: { reasoning: true } },
    ],
    [
      'refuses a demanded call',
      {
        refuse: (body) => (body['tool_choice'] === 'required' ? 'tool_choice "required" is not supported' : undefined),
      },
      { tools: { choices: ['auto', 'none', 'named'] } },
    ],
    [
      'refuses references in schemas',
      { refuse: (body) => (JSON.stringify(body['tools'] ?? '').includes('$ref') ? 'Invalid schema' : undefined) },
      { tools: { subset: 'openai-strict' } },
    ],
    ['calls an end that was cut an ordinary one', { alwaysStop: true }, { finish: 'untrusted' }],
  ])('%s: the profile says so, and an agent works with it', async (_what, quirks, profile) => {
    const found = await probed(quirks);
    expect(found.backend.profile).toMatchObject(profile);
    expect(found.backend.profile.tools.mode).toBe('native');
    expect(await work(found)).toEqual(SUM);
  });

  it('and has no place for tools: they are told in words, in the dialect that it was shown to write', async () => {
    // The model writes the call when it is told of the tool; the server refuses the member.
    const found = await probed({
      refuse: (body) => (body['tools'] === undefined ? undefined : 'tools are not supported by this model'),
    });
    expect(found.findings).toContainEqual(
      expect.objectContaining({
        field: 'capabilities.tools',
        value: false,
        how: expect.stringContaining('not supported'),
      }),
    );
    await server?.close();
    const telling = await probed({
      refuse: (body) => (body['tools'] === undefined ? undefined : 'tools are not supported by this model'),
      tells: 'hermes',
    });
    expect(telling.backend.profile).toMatchObject({
      tools: { mode: 'text' },
      dialect: 'hermes',
      capabilities: { tools: true },
    });
  });

  it('and places no index on calls, and counts no tokens: both are findings', async () => {
    const { findings, usage, members } = await probed({ indexes: false, counts: false });
    expect(findings).toContainEqual(expect.objectContaining({ field: 'quirks', value: ['index_missing'] }));
    expect(findings).toContainEqual(expect.objectContaining({ field: 'usage.reported', value: false }));
    expect([usage.source, members.tokens]).toEqual(['estimated', undefined]);
  });

  it('in how many characters a token has: it is measured, without what the template adds', async () => {
    const { backend } = await probed({});
    // The server counts three characters of JSON a token.
    expect(backend.profile.tokens.charactersPerToken).toBeGreaterThan(2.6);
    expect(backend.profile.tokens.charactersPerToken).toBeLessThan(3.1);
  });
});
