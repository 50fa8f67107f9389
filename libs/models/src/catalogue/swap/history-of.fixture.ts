import { systemMessage, toolResultMessage, userMessage } from '../../messages/message-helpers.js';
import type { CanonicalMessage } from '../../messages/message.js';
import type { ModelResponse } from '../../model-response.js';
import type { ToolDefinition } from '../../model-request.js';
import type { WireTarget } from '../../wire/wire-api.js';
import { wireApi } from '../../wire/wire-apis.js';
import type { Said } from './answer-of.fixture.js';
import { answerOf } from './answer-of.fixture.js';

const CITY: ToolDefinition['inputSchema'] = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
};
/** One has a name that no wire takes as it is. */
export const SWAP_TOOLS: readonly ToolDefinition[] = [
  { name: 'get_weather', description: 'Weather.', inputSchema: CITY },
  { name: 'atlas.server/map', description: 'A map.', inputSchema: CITY },
];

const IMAGE = { type: 'image', mediaType: 'image/png', data: 'iVBORw0KGgo=' } as const;
const PARIS = { name: 'get_weather', arguments: { city: 'Paris' } };
const ROME = { name: 'get_weather', arguments: { city: 'Rome' } };

/** A conversation that one endpoint had, read as its profile reads it. */
export interface SwapHistory {
  signer: string;
  /** What it thought, and signed: neither may reach a stranger. */
  thought: string;
  signature: string;
  /** The conversation at the moments at which it may be moved: with results open, with a refused call, with one unanswered. */
  moments: readonly CanonicalMessage[][];
}

/** @throws Error where the endpoint's own answers are not read as they were meant */
export function historyOf(target: WireTarget): SwapHistory {
  const thought = `Thought of ${target.name}.`;
  const signature = Buffer.from(`signed by ${target.name}`).toString('base64');
  let minted = 0;
  const read = (said: Pick<Said, 'turn' | 'text' | 'calls'>): ModelResponse => {
    const reader = wireApi(target.profile.api).createReader({
      target,
      request: { messages: [], tools: SWAP_TOOLS },
      mintCallId: () => `call_${++minted}`,
    });
    const data = answerOf(target.profile, { ...said, thought, signature });
    const last = [...reader.push({ data, text: JSON.stringify(data) }), ...reader.end()].at(-1);
    if (last?.type !== 'response') throw new Error(`${target.name}: the answer was not read`);
    const { response } = last;
    const found = response.toolCalls.length + response.rejectedCalls.length;
    if (found !== said.calls.length)
      throw new Error(`${target.name}: ${found} calls were read, of ${said.calls.length}`);
    const { name, profile } = target;
    const provenance = { backend: name, profileVersion: profile.version, model: response.modelId };
    return { ...response, message: { ...response.message, provenance } };
  };
  const parallel = read({ turn: 1, text: 'Looking.', calls: [PARIS, ROME] });
  const [first, second] = parallel.toolCalls;
  if (first === undefined || second === undefined) throw new Error(`${target.name}: its calls were refused`);
  const picture = toolResultMessage(first, 'sun');
  const opened: CanonicalMessage[] = [
    systemMessage('Be brief.'),
    { role: 'user', parts: [{ type: 'text', text: 'Weather?' }, IMAGE] },
    parallel.message,
    { ...picture, parts: picture.parts.map((part) => (part.type === 'tool_result' ? withImage(part) : part)) },
    toolResultMessage(second, 'no such city', { isError: true }),
  ];
  const refused = read({ turn: 2, text: 'Again.', calls: [{ name: 'get_weather', arguments: { town: 'Paris' } }] });
  const refusals = refused.rejectedCalls.map(({ call, reason }) => toolResultMessage(call, reason, { isError: true }));
  const answered = [
    ...opened,
    refused.message,
    ...refusals,
    read({ turn: 3, text: 'Sunny.', calls: [] }).message,
    userMessage('And Rome?'),
  ];
  const unanswered = read({ turn: 4, text: 'One moment.', calls: [ROME] });
  return {
    signer: target.profile.reasoning.signer,
    thought,
    signature,
    moments: [
      opened,
      [...opened, refused.message, ...refusals],
      [...answered, unanswered.message, systemMessage('Answer in French.'), userMessage('Never mind.')],
    ],
  };
}

function withImage<T extends { parts: unknown[] }>(part: T): T {
  return { ...part, parts: [...part.parts, IMAGE] };
}
