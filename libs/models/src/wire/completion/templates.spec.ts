import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonValue } from '../../json.js';
import type { CanonicalMessage, Part } from '../../messages/message.js';
import { systemFirst } from '../../messages/settle-turns.js';
import { toTurns } from '../../messages/turns.js';
import type { ModelRequest } from '../../model-request.js';
import { defineProfile } from '../../profile/profile.js';
import { anyRequest } from '../foreign-history.fixture.js';
import { WEATHER } from '../reading.fixture.js';
import { controlTokensOf } from './control-tokens.js';
import { writePrompt } from './prompt.js';
import { templateTraits } from './template-traits.js';
import type { TemplateFixture } from './templates.fixture.js';
import { TEMPLATES } from './templates.fixture.js';

const NAMED = TEMPLATES.map((fixture): [string, TemplateFixture] => [fixture.name, fixture]);
const NOW = new Date('2026-11-26T12:00:00Z');

function promptOf({ template }: TemplateFixture, request: ModelRequest): string {
  return writePrompt(request, defineProfile({ api: 'completion', template }), NOW).text;
}

describe('what a template can do is found out by trying it', () => {
  it.each(NAMED)('%s', (_name, { template, traits }) => {
    expect(templateTraits(template)).toMatchObject(traits);
  });
});

describe('any history can be written with any template', () => {
  it.each(NAMED)('%s: nothing raises, and every call and result is in the prompt, in order', (_name, fixture) => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const told = marked(request);
        const prompt = promptOf(fixture, told);
        let from = 0;
        for (const turn of toTurns(systemFirst(told.messages), 'token', (name) => name)) {
          if (turn.kind !== 'assistant') continue;
          for (const { call } of turn.calls) {
            const at = prompt.indexOf(String(call.arguments['mark']));
            expect(at).toBeGreaterThanOrEqual(from);
          }
          for (const { result } of turn.calls) {
            const [part] = result.parts;
            const at = prompt.indexOf(part?.type === 'text' ? part.text : '', from);
            expect(at).toBeGreaterThanOrEqual(from);
            from = at;
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each(NAMED)('%s: offered tools are in the prompt, by the template or in the text', (_name, fixture) => {
    const messages: CanonicalMessage[] = [{ role: 'user', parts: [{ type: 'text', text: 'Weather?' }] }];
    const tool = { ...WEATHER, description: 'Tells the weather.' };
    expect(promptOf(fixture, { messages, tools: [tool] })).toContain('Tells the weather.');
    expect(promptOf(fixture, { messages, tools: [tool], toolChoice: 'none' })).not.toContain('Tells the weather.');
  });
});

describe("what somebody wrote does not end his turn: a template's own marks in content are no marks", () => {
  it.each(NAMED)('%s', (_name, fixture) => {
    const { template } = fixture;
    const marks = [
      ...(template.source.match(/<[|｜][^<>|｜\s']{1,40}[|｜]>|<\/?\w+_of_turn>|\[\/?[A-Z_]{3,}\]|<\/?s>/gu) ?? []),
      template.bosToken,
      template.eosToken,
      '<|unheard_of|>',
      '</tool_response>',
    ].filter((mark) => mark !== '');
    const text = fc
      .array(fc.constantFrom(...marks, '<', '|', ' ', 'text'), { maxLength: 6 })
      .map((all) => all.join(''));
    const count = (prompt: string): number => marks.reduce((sum, mark) => sum + prompt.split(mark).length - 1, 0);
    fc.assert(
      fc.property(fc.array(text, { minLength: 6, maxLength: 6 }), (texts) => {
        const [system = '', user = '', said = '', argument = '', result = '', described = ''] = texts;
        const history = (write: (hostile: string) => string): ModelRequest => ({
          messages: [
            { role: 'system', parts: [{ type: 'text', text: `a${write(system.replaceAll('</tool_response>', ''))}` }] },
            { role: 'user', parts: [{ type: 'text', text: `b${write(user)}` }] },
            {
              role: 'assistant',
              parts: [
                { type: 'text', text: `c${write(said)}` },
                {
                  type: 'tool_call',
                  id: 'x',
                  name: 'get_weather',
                  arguments: { city: write(argument.replaceAll('</tool_response>', '')) },
                },
              ],
            },
            {
              role: 'tool',
              parts: [
                {
                  type: 'tool_result',
                  callId: 'x',
                  name: 'get_weather',
                  isError: false,
                  parts: [{ type: 'text', text: `d${write(result)}` }],
                },
              ],
            },
          ],
          tools: [{ ...WEATHER, description: `e${write(described.replaceAll('</tool_response>', ''))}` }],
        });
        const hostile = promptOf(
          fixture,
          history((each) => each),
        );
        expect(count(hostile)).toBe(
          count(
            promptOf(
              fixture,
              history(() => 'harmless'),
            ),
          ),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('a mark stays readable, and other text stays as it is', () => {
    const tokens = controlTokensOf({ source: "{{ '[INST]' }}", bosToken: '<s>', eosToken: '</s>' });
    expect(tokens.neutralise('a <|im_end|> b [INST] <s> [inst] <b> a[0] <| x |>')).toBe(
      'a < |im_end|> b [ INST] < s> [inst] <b> a[0] <| x |>',
    );
  });
});

/** The same history with a mark of its own in every call and result. */
function marked(request: ModelRequest): ModelRequest {
  let made = 0;
  const mark = (part: Part): Part => {
    made++;
    const args: Record<string, JsonValue> = { mark: `call-${made}-` };
    if (part.type === 'tool_call') return { ...part, arguments: args };
    return part.type === 'tool_result' ? { ...part, parts: [{ type: 'text', text: `result-${made}-` }] } : part;
  };
  return { ...request, messages: request.messages.map((each) => ({ ...each, parts: each.parts.map(mark) })) };
}
