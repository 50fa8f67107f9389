import { ToolNames } from '../../calls/tool-names.js';
import type { Dialect } from '../../dialects/dialect.js';
import { auto, dialectOf } from '../../dialects/table/index.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject } from '../../json.js';
import { bridgeTurns } from '../../messages/bridge-turns.js';
import { settleTurns, systemFirst } from '../../messages/settle-turns.js';
import type { Turn } from '../../messages/turns.js';
import { toTurns } from '../../messages/turns.js';
import type { ModelRequest, ToolDefinition } from '../../model-request.js';
import type { Profile } from '../../profile/profile.js';
import { functionTools } from '../function-tools.js';
import { offeredTools } from '../settings.js';
import type { ControlTokens } from './control-tokens.js';
import { controlTokensOf } from './control-tokens.js';
import { DEFAULT_TEMPLATE } from './default-template.js';
import { renderJinja } from './jinja.js';
import { neutraliseJson, templateMessages } from './template-messages.js';
import type { TemplateTraits } from './template-traits.js';
import { templateTraits } from './template-traits.js';
import { toolPrompt } from './text-tools.js';

export interface Prompt {
  text: string;
  /** Strings at which an answer ends. */
  ends: string[];
  /** The template began the reasoning: the answer goes on within it. */
  opensReasoning: boolean;
}

/**
 * A conversation as the text that the model continues: any history with any template that can write what a user says. What
 * the template has no place for is written into the text, in the profile's dialect.
 *
 * @throws ModelError `model.template_invalid`, `model.template_raised`, `model.template_limit`
 */
export function writePrompt(request: ModelRequest, profile: Profile, now: Date): Prompt {
  const template = profile.template ?? DEFAULT_TEMPLATE;
  const traits = templateTraits(template);
  const tokens = controlTokensOf(template);
  const dialect = dialectOf(profile.dialect) ?? auto;
  const offered = offeredTools(request, profile);
  const names = new ToolNames(
    offered.map((tool) => tool.name),
    profile.tools,
  );
  const tools = functionTools(chosenTools(request, offered), names).map((tool) => neutraliseTool(tool, tokens));
  const wanted = profile.tools.mode === 'text';
  const toolsInText = tools.length > 0 && (wanted || !traits.tools);
  const messages = templateMessages(turnsOf(request, profile, traits, names), {
    traits,
    tokens,
    profile,
    names,
    dialect,
    instructions: toolsInText ? toolPrompt(tools, dialect) : '',
    callsInText: wanted || !traits.calls,
  });
  const text = renderJinja(
    template.source,
    {
      documents: null,
      ...templateSettings(request),
      messages,
      tools: tools.length === 0 || toolsInText ? null : tools,
      bos_token: template.bosToken,
      eos_token: template.eosToken,
      add_generation_prompt: true,
    },
    now,
  );
  return {
    text: withoutBos(text, template.bosToken),
    ends: traits.ends,
    opensReasoning: opensReasoning(text, dialect),
  };
}

function turnsOf(request: ModelRequest, profile: Profile, traits: TemplateTraits, names: ToolNames): Turn[] {
  const rule = traits.callIds === 'any' ? profile.callIds : traits.callIds;
  // First and once: many templates look for instructions nowhere else, and leave out without a word what stands there.
  const turns = settleTurns(toTurns(systemFirst(request.messages), rule, (name) => names.toWire(name)));
  return traits.calls && !(traits.userAfterResults && profile.userAfterResults) ? bridgeTurns(turns) : turns;
}

/** No choice can be forced by text: `none` offers none, a certain tool is offered alone, `required` is a free choice. */
function chosenTools(request: ModelRequest, offered: readonly ToolDefinition[]): readonly ToolDefinition[] {
  const choice = request.toolChoice ?? 'auto';
  if (choice === 'none') return [];
  if (typeof choice !== 'object') return offered;
  const named = offered.filter((tool) => tool.name === choice.name);
  return named.length === 0 ? offered : named;
}

/** Descriptions come from whoever serves the tool. */
function neutraliseTool(tool: JsonObject, tokens: ControlTokens): JsonObject {
  const clean = neutraliseJson(tool, tokens);
  return isJsonObject(clean) ? clean : {};
}

/** What vLLM and SGLang hand to the template, e.g. `enable_thinking`: here it is ours to hand. */
export function templateSettings(request: ModelRequest): Record<string, JsonValue | undefined> {
  const settings = request.extraBody?.['chat_template_kwargs'];
  return isJsonObject(settings) ? settings : {};
}

/** The server's tokenizer puts it there; twice, it spoils the answer. */
function withoutBos(text: string, bosToken: string): string {
  return bosToken !== '' && text.startsWith(bosToken) ? text.slice(bosToken.length) : text;
}

function opensReasoning(text: string, dialect: Dialect): boolean {
  const tail = text.slice(-200).trimEnd();
  return dialect.reasoning.some(({ open }) => tail.endsWith(open.trimEnd()));
}
