import type { JsonObject, JsonValue } from '../../json.js';
import { ModelError } from '../../model-error.js';
import type { ChatTemplate } from '../../profile/profile.js';
import { controlTokensOf } from './control-tokens.js';
import { renderJinja } from './jinja.js';

/** What a chat template does with a conversation, found out by rendering small ones. */
export interface TemplateTraits {
  /** A message of instructions is written; some templates refuse it (Gemma 2) or leave it out. */
  system: boolean;
  /** Offered tools are written. */
  tools: boolean;
  /** Calls and their results are written. */
  calls: boolean;
  /** Forms of arguments with which they are written whole and once; the first is the better one. */
  arguments: ('object' | 'string')[];
  /** Several calls may stand in one turn. */
  parallelCalls: boolean;
  /** A user may speak right after results. */
  userAfterResults: boolean;
  /** `alnum9`: ids of another form are refused (Mistral). `positional`: the id alone says which tool was called (Kimi K2). */
  callIds: 'any' | 'alnum9' | 'positional';
  /** Text is taken as it is, or as a list of parts. */
  content: 'text' | 'parts';
  /** What ends an assistant's turn: strings to stop at. */
  ends: string[];
}

const ASKED = 'needle-asked-1f';
const SAID = 'needle-said-2f';
const TOLD = 'needle-told-3f';
const FOUND = ['needle-found-4f', 'needle-found-5f'] as const;
const VALUES = ['needle-value-6f', 'needle-value-7f'] as const;
const TOOL = 'needle_tool';
/** Fits every known rule. */
const ID = 'needle001';

type ArgumentForm = TemplateTraits['arguments'][number];

const known = new Map<string, TemplateTraits>();
const KEPT = 32;

/**
 * Finds out what a template can do. The same template is tried once.
 *
 * @throws ModelError `model.template_invalid`, `model.template_limit`, or `model.template_raised` where it cannot even write
 *   what a user says
 */
export function templateTraits(template: ChatTemplate): TemplateTraits {
  const key = JSON.stringify([template.source, template.bosToken, template.eosToken]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const traits = new Probe(template).traits();
  if (known.size >= KEPT) known.delete(known.keys().next().value ?? '');
  known.set(key, traits);
  return traits;
}

class Probe {
  private content: TemplateTraits['content'] = 'text';

  constructor(private readonly template: ChatTemplate) {}

  traits(): TemplateTraits {
    this.findContent();
    const forms = (['object', 'string'] as const).filter((each) => this.writesCalls(each));
    const [form] = forms;
    const calls = form !== undefined && this.goesOn(form);
    return {
      system: this.writes([this.say('system', TOLD), this.say('user', ASKED)], [TOLD, ASKED]),
      tools: this.writes([this.say('user', ASKED)], [ASKED, TOOL], this.offered()),
      calls,
      arguments: forms,
      parallelCalls: calls && this.writesParallelCalls(form),
      userAfterResults: calls && this.writes([...this.answered(form), this.say('user', SAID)], [FOUND[0], SAID]),
      callIds: calls ? this.callIds(form) : 'any',
      content: this.content,
      ends: this.ends(calls ? form : undefined),
    };
  }

  private findContent(): void {
    if (this.writes([this.say('user', ASKED)], [ASKED])) return;
    this.content = 'parts';
    if (this.writes([this.say('user', ASKED)], [ASKED])) return;
    this.content = 'text';
    // Says why, if it says so.
    this.render([this.say('user', ASKED)]);
    throw new ModelError({
      kind: 'bad_request',
      code: 'model.template_raised',
      message:
        'The chat template does not write what a user says. Give the profile the template that is published with the model, or none for ChatML.',
    });
  }

  /** A value within JSON within a string has its quotes escaped: then the template encoded once more what was text already. */
  private writesCalls(form: ArgumentForm, id = ID): boolean {
    const text = this.attempt(this.answered(form, id), this.offered());
    return (
      text !== undefined &&
      [VALUES[0], FOUND[0]].every((each) => text.includes(each)) &&
      !text.includes('\\"needle_key')
    );
  }

  private writesParallelCalls(form: ArgumentForm): boolean {
    const messages = [
      this.say('user', ASKED),
      this.called(form, [ID, 'needle002']),
      this.result(ID, FOUND[0]),
      this.result('needle002', FOUND[1]),
    ];
    return this.writes(messages, [...VALUES, ...FOUND], this.offered());
  }

  private callIds(form: ArgumentForm): TemplateTraits['callIds'] {
    if (!this.writesCalls(form, 'call_0123456789abcdef')) return 'alnum9';
    const nameless = this.attempt(this.answered(form).map((message) => ({ ...message, name: undefined })));
    const named = nameless === undefined || nameless.includes(TOOL);
    return named || !this.writes(this.answered(form, `functions.${TOOL}:0`), [TOOL]) ? 'any' : 'positional';
  }

  /** After results, an assistant can at least speak before the user does. */
  private goesOn(form: ArgumentForm): boolean {
    const messages = [...this.answered(form), this.say('assistant', TOLD), this.say('user', SAID)];
    return this.writes(messages, [FOUND[0], SAID], this.offered());
  }

  private ends(form: ArgumentForm | undefined): string[] {
    const { source, eosToken } = this.template;
    // In channels, what ends a message ends no turn (OpenAI's harmony): the model goes on after its reasoning.
    if (source.includes('<|channel|>') && source.includes('<|return|>')) return ['<|return|>'];
    const text = this.attempt([this.say('user', ASKED), this.say('assistant', SAID), this.say('user', TOLD)]) ?? '';
    const between = text.slice(text.indexOf(SAID) + SAID.length, text.includes(TOLD) ? text.indexOf(TOLD) : undefined);
    const mark = controlTokensOf(this.template).marks(between)[0] ?? between.trim();
    const all = [mark, eosToken, ...(form === undefined ? [] : this.resultMark(form))];
    return [...new Set(all)].filter((end) => end !== '' && end.length <= 64);
  }

  /**
   * Some models end a turn of calls with the mark that opens the result (GLM: `<|observation|>`), and would write the result
   * themselves. A mark that stands in the assistant's own turn as well ends nothing.
   */
  private resultMark(form: ArgumentForm): string[] {
    const text = this.attempt(this.answered(form)) ?? '';
    const value = text.indexOf(VALUES[0]);
    const mark = controlTokensOf(this.template)
      .marks(text.slice(value, text.indexOf(FOUND[0])))
      .at(-1);
    return mark === undefined || text.slice(text.indexOf(ASKED), value).includes(mark) ? [] : [mark];
  }

  private writes(messages: readonly JsonObject[], needles: readonly string[], tools?: JsonValue): boolean {
    const text = this.attempt(messages, tools);
    return text !== undefined && needles.every((needle) => text.includes(needle));
  }

  /** Undefined where the template refuses. */
  private attempt(messages: readonly JsonObject[], tools: JsonValue = null): string | undefined {
    try {
      return this.render(messages, tools);
    } catch (error) {
      if (ModelError.is(error) && error.code === 'model.template_raised') return undefined;
      throw error;
    }
  }

  private render(messages: readonly JsonObject[], tools: JsonValue = null): string {
    const { source, bosToken, eosToken } = this.template;
    const variables = { messages, tools, documents: null, bos_token: bosToken, eos_token: eosToken };
    return renderJinja(source, { ...variables, add_generation_prompt: true }, new Date(0));
  }

  private say(role: string, text: string): JsonObject {
    return { role, content: this.content === 'text' ? text : [{ type: 'text', text }] };
  }

  private called(form: ArgumentForm, ids: readonly string[]): JsonObject {
    const calls = ids.map((id, index) => {
      const args = { needle_key: VALUES[index] ?? '' };
      const written = form === 'object' ? args : JSON.stringify(args);
      return { id, type: 'function', function: { name: TOOL, arguments: written } };
    });
    return { ...this.say('assistant', ''), tool_calls: calls };
  }

  private result(id: string, text: string): JsonObject {
    return { ...this.say('tool', text), name: TOOL, tool_call_id: id };
  }

  private answered(form: ArgumentForm, id = ID): JsonObject[] {
    return [this.say('user', ASKED), this.called(form, [id]), this.result(id, FOUND[0])];
  }

  private offered(): JsonValue {
    const properties = { needle_key: { type: 'string', description: 'Anything.' } };
    const parameters = { type: 'object', properties, required: ['needle_key'] };
    return [{ type: 'function', function: { name: TOOL, description: 'Finds.', parameters } }];
  }
}
