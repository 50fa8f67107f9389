import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CanonicalMessage, JsonObject, Part, ToolMode, WireApiName } from '@switchyard/models';
import { completeModel, defineProfile, TOOL_MODES } from '@switchyard/models';
import fc from 'fast-check';
import { TOOLS } from './agent.fixture.js';
import type { Simulator } from './options.js';
import { simulatorBackend } from './simulator-backend.js';
import { startSimulator } from './start-simulator.js';
import { APIS } from './wires.fixture.js';

/** Ids and names of every origin: ours, other vendors', repeated, impossible. */
const id = fc.constantFrom(
  'call_01',
  'call_02',
  'toolu_01',
  'functions.clock:0',
  'abc123XYZ',
  'fc_1|item_2',
  '',
  'x'.repeat(300),
  'ü',
);
const name = fc.constantFrom('calculator', 'clock', 'mcp.server/tool', 'no such tool', '', 'y'.repeat(100));
const text = fc.oneof(fc.constantFrom('', ' ', 'Hi', 'a\ud83d'), fc.string({ maxLength: 20 }));
const args: fc.Arbitrary<JsonObject> = fc.constantFrom({}, { a: 1 }, { a: { b: ['\udc00'] } });
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text }),
  fc.record({
    type: fc.constant('reasoning' as const),
    text,
    signer: fc.constantFrom('deepseek', ...APIS.map((api) => defineProfile({ api }).reasoning.signer)),
    signature: fc.constantFrom('s', 't'),
  }),
  fc.record({ type: fc.constant('image' as const), mediaType: fc.constant('image/png'), data: fc.constant('AAAA') }),
  fc.record({ type: fc.constant('tool_call' as const), id, name, arguments: args }),
  fc.record({
    type: fc.constant('tool_result' as const),
    callId: id,
    name,
    parts: fc.array(fc.record({ type: fc.constant('text' as const), text }), { maxLength: 2 }),
    isError: fc.boolean(),
  }),
);
const message: fc.Arbitrary<CanonicalMessage> = fc.record({
  role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
  parts: fc.array(part, { maxLength: 4 }),
});

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ recordLimit: 0 });
});
afterAll(() => simulator.close());

describe('any history can be sent to any backend', () => {
  it.each(APIS)("%s: the endpoint's own checks pass", (api) => check(api, 'native', 100));

  it.each(APIS.flatMap((api) => TOOL_MODES.map((mode) => ({ api, mode }))).filter(({ mode }) => mode !== 'native'))(
    '$api: so they do where it knows no tools ($mode)',
    ({ api, mode }) => check(api, mode, 30),
  );
});

async function check(api: WireApiName, mode: ToolMode, numRuns: number): Promise<void> {
  const backend = simulatorBackend(simulator.url, { api, profile: { tools: { mode } } });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 8 }), fc.boolean(), async (messages, withTools) => {
      const anchor: CanonicalMessage = { role: 'user', parts: [{ type: 'text', text: 'Go on.' }] };
      const request = { messages: [...messages, anchor], stream: false, ...(withTools ? { tools: TOOLS } : {}) };
      expect((await completeModel(backend, request)).finishReason).toMatch(/stop|tool_calls/);
    }),
    { numRuns },
  );
}
