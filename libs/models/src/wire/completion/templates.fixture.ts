import type { ChatTemplate } from '../../profile/profile.js';
import { DEFAULT_TEMPLATE } from './default-template.js';
import type { TemplateTraits } from './template-traits.js';

/**
 * Small templates, each with the traits of a published family, written for these tests: what a family demands, it raises for.
 */
export interface TemplateFixture {
  name: string;
  template: ChatTemplate;
  traits: Partial<TemplateTraits>;
}

const CALLS_OBJECT: Partial<TemplateTraits> = { calls: true, arguments: ['object'] };

export const TEMPLATES: readonly TemplateFixture[] = [
  {
    name: 'ChatML, the default',
    template: DEFAULT_TEMPLATE,
    traits: {
      ...CALLS_OBJECT,
      system: true,
      tools: true,
      parallelCalls: true,
      userAfterResults: true,
      ends: ['<|im_end|>'],
    },
  },
  {
    name: 'strict order and nine-character ids, as Mistral Nemo',
    template: {
      bosToken: '<s>',
      eosToken: '</s>',
      source: String.raw`
{%- if messages[0]['role'] == 'system' %}{% set system = messages[0]['content'] %}{% set rest = messages[1:] %}
{%- else %}{% set rest = messages %}{% endif %}
{%- set ns = namespace(spoken=0) %}
{{- bos_token }}
{%- for m in rest %}
{%- if loop.first and m.role != 'user' %}{{ raise_exception('A user begins.') }}{% endif %}
{%- if m.role == 'user' and not loop.first and loop.previtem.role != 'assistant' %}
{{- raise_exception('After the optional system message, roles must alternate.') }}
{%- endif %}
{%- if m.role == 'system' %}{{ raise_exception('Only user and assistant roles are supported.') }}{% endif %}
{%- if m.role == 'user' %}
{%- if tools is not none and loop.last %}{{ '[AVAILABLE_TOOLS]' + tools | tojson + '[/AVAILABLE_TOOLS]' }}{% endif %}
{{- '[INST]' + (system + '\n\n' if loop.last and system is defined else '') + m.content + '[/INST]' }}
{%- elif m.tool_calls is defined and m.tool_calls is not none %}
{{- '[TOOL_CALLS][' }}
{%- for c in m.tool_calls %}
{%- if c.id | length != 9 %}{{ raise_exception('Tool call IDs should be alphanumeric strings with length 9!') }}{% endif %}
{{- (c.function | tojson)[:-1] + ', "id": "' + c.id + '"}' + (', ' if not loop.last else '') }}
{%- endfor %}
{{- ']' + eos_token }}
{%- elif m.role == 'assistant' %}{{ ' ' + m.content + eos_token }}
{%- elif m.role == 'tool' %}
{{- '[TOOL_RESULTS]{"content": ' + m.content | tojson + ', "call_id": "' + m.tool_call_id + '"}[/TOOL_RESULTS]' }}
{%- endif %}
{%- endfor %}`,
    },
    traits: {
      ...CALLS_OBJECT,
      parallelCalls: true,
      userAfterResults: false,
      callIds: 'alnum9',
      tools: true,
      ends: ['</s>', '[TOOL_RESULTS]'],
    },
  },
  {
    name: 'neither instructions nor tools, as Gemma 2',
    template: {
      bosToken: '<bos>',
      eosToken: '<eos>',
      source: String.raw`{{ bos_token }}
{%- if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}
{%- for m in messages %}
{%- if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate') }}{% endif %}
{{- '<start_of_turn>' + ('model' if m.role == 'assistant' else m.role) + '\n' + m['content'] | trim + '<end_of_turn>\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}`,
    },
    traits: { system: false, tools: false, calls: false, ends: ['<end_of_turn>', '<eos>'] },
  },
  {
    name: 'one call a turn, as Llama 3',
    template: {
      bosToken: '<|begin_of_text|>',
      eosToken: '<|eot_id|>',
      source: String.raw`{{- bos_token }}
{%- set today = strftime_now('%d %b %Y') %}
{%- if messages[0].role == 'system' %}{% set system = messages[0].content | trim %}{% set messages = messages[1:] %}
{%- else %}{% set system = '' %}{% endif %}
{{- '<|start_header_id|>system<|end_header_id|>\n\nToday: ' + today + '\n' + system + '<|eot_id|>' }}
{%- for m in messages %}
{%- if m.role == 'tool' %}
{{- '<|start_header_id|>ipython<|end_header_id|>\n\n' + (m.content | tojson if m.content is mapping else m.content) + '<|eot_id|>' }}
{%- elif m.tool_calls %}
{%- if m.tool_calls | length != 1 %}{{ raise_exception('This model only supports single tool-calls at once!') }}{% endif %}
{%- set call = m.tool_calls[0].function %}
{{- '<|start_header_id|>assistant<|end_header_id|>\n\n{"name": "' + call.name + '", "parameters": ' + call.arguments | tojson + '}<|eot_id|>' }}
{%- else %}
{{- '<|start_header_id|>' + m.role + '<|end_header_id|>\n\n' }}
{%- if m.role == 'user' and loop.first and tools %}{% for t in tools %}{{ t | tojson + '\n' }}{% endfor %}{% endif %}
{{- m.content | trim + '<|eot_id|>' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}`,
    },
    traits: { ...CALLS_OBJECT, system: true, tools: true, parallelCalls: false, ends: ['<|eot_id|>'] },
  },
  {
    name: 'arguments as text, no tools, reasoning opened, as DeepSeek R1',
    template: {
      bosToken: '<｜begin▁of▁sentence｜>',
      eosToken: '<｜end▁of▁sentence｜>',
      source: String.raw`{{ bos_token }}
{%- for m in messages %}
{%- if m.role == 'system' %}{{ m.content }}
{%- elif m.role == 'user' %}{{ '<｜User｜>' + m.content }}
{%- elif m.tool_calls %}
{{- '<｜Assistant｜>' + m.content + '<｜tool▁calls▁begin｜>' }}
{%- for c in m.tool_calls %}
{{- '<｜tool▁call▁begin｜>function<｜tool▁sep｜>' + c.function.name + '\n' + '~~~json\n' + c.function.arguments + '\n~~~<｜tool▁call▁end｜>' }}
{%- endfor %}
{{- '<｜tool▁calls▁end｜><｜end▁of▁sentence｜>' }}
{%- elif m.role == 'assistant' %}{{ '<｜Assistant｜>' + m.content.split('</think>')[-1] + '<｜end▁of▁sentence｜>' }}
{%- elif m.role == 'tool' %}{{ '<｜tool▁output▁begin｜>' + m.content + '<｜tool▁output▁end｜>' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<｜Assistant｜><think>\n' }}{% endif %}`,
    },
    traits: {
      system: true,
      tools: false,
      calls: true,
      arguments: ['string'],
      ends: ['<｜end▁of▁sentence｜>', '<｜tool▁output▁begin｜>'],
    },
  },
  {
    name: 'arguments member by member, as GLM',
    template: {
      bosToken: '',
      eosToken: '<|endoftext|>',
      source: String.raw`[gMASK]<sop>
{%- if tools %}
{{- '<|system|>\n<tools>\n' }}{% for t in tools %}{{ t | tojson + '\n' }}{% endfor %}{{ '</tools>' }}
{%- endif %}
{%- for m in messages %}
{%- if m.role == 'assistant' %}
{{- '<|assistant|>' + m.content }}
{%- if m.tool_calls %}{% for c in m.tool_calls %}
{{- '\n<tool_call>' + c.function.name }}
{%- for k, v in c.function.arguments.items() %}
{{- '\n<arg_key>' + k + '</arg_key>\n<arg_value>' + (v if v is string else v | tojson) + '</arg_value>' }}
{%- endfor %}
{{- '\n</tool_call>' }}
{%- endfor %}{% endif %}
{%- elif m.role == 'tool' %}
{%- if loop.first or loop.previtem.role != 'tool' %}{{ '<|observation|>' }}{% endif %}
{{- '\n<tool_response>\n' + m.content + '\n</tool_response>' }}
{%- else %}{{ '<|' + m.role + '|>\n' + m.content }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|assistant|>\n<think>' }}{% endif %}`,
    },
    traits: {
      ...CALLS_OBJECT,
      system: true,
      tools: true,
      parallelCalls: true,
      ends: ['<|user|>', '<|endoftext|>', '<|observation|>'],
    },
  },
  {
    name: 'content in parts, as templates of models that see',
    template: {
      bosToken: '',
      eosToken: '<|im_end|>',
      source: String.raw`
{%- for m in messages %}
{{- '<|im_start|>' + m.role + '\n' }}
{%- for part in m.content %}{% if part['type'] == 'text' %}{{ part['text'] }}{% endif %}{% endfor %}
{{- '<|im_end|>\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}`,
    },
    traits: { system: true, tools: false, calls: false, content: 'parts', ends: ['<|im_end|>'] },
  },
  {
    name: 'words for roles, tools passed over, as Vicuna',
    template: {
      bosToken: '<s>',
      eosToken: '</s>',
      source: String.raw`{{ bos_token }}
{%- for m in messages %}
{%- if m.role == 'system' %}{{ m.content + '\n\n' }}
{%- elif m.role == 'user' %}{{ 'USER: ' + m.content + '\n' }}
{%- elif m.role == 'assistant' %}{{ 'ASSISTANT: ' + m.content + '</s>\n' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}`,
    },
    traits: { system: true, tools: false, calls: false, ends: ['</s>'] },
  },
  {
    name: 'calls by their ids alone, as Kimi K2',
    template: {
      bosToken: '[BOS]',
      eosToken: '[EOS]',
      source: String.raw`
{%- if tools -%}{{ '<|im_system|>tool_declare<|im_middle|>' + tools | tojson + '<|im_end|>' }}{% endif %}
{%- for m in messages %}
{{- '<|im_' + ('system' if m.role == 'tool' else m.role) + '|>' + m.role + '<|im_middle|>' }}
{%- if m.role == 'tool' %}{{ '## Return of ' + m.tool_call_id + '\n' }}{% endif %}
{{- m.content }}
{%- if m.tool_calls %}
{{- '<|tool_calls_section_begin|>' }}
{%- for c in m.tool_calls %}
{%- set args = c.function.arguments if c.function.arguments is string else c.function.arguments | tojson %}
{{- '<|tool_call_begin|>' + c.id + '<|tool_call_argument_begin|>' + args + '<|tool_call_end|>' }}
{%- endfor %}
{{- '<|tool_calls_section_end|>' }}
{%- endif %}
{{- '<|im_end|>' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_assistant|>assistant<|im_middle|>' }}{% endif %}`,
    },
    traits: {
      calls: true,
      callIds: 'positional',
      arguments: ['object', 'string'],
      tools: true,
      parallelCalls: true,
      ends: ['<|im_end|>', '[EOS]'],
    },
  },
  {
    name: 'messages in channels, as gpt-oss',
    template: {
      bosToken: '<|startoftext|>',
      eosToken: '<|return|>',
      source: String.raw`
{%- set ns = namespace(tool='') %}
{%- if tools %}{{ '<|start|>developer<|message|># Tools\n' }}{% for t in tools %}{{ t | tojson + '\n' }}{% endfor %}{{ '<|end|>' }}{% endif %}
{%- for m in messages %}
{%- if m.role == 'assistant' and m.tool_calls %}
{%- if m.content %}{{ '<|start|>assistant<|channel|>commentary<|message|>' + m.content + '<|end|>' }}{% endif %}
{%- if m.tool_calls | length > 1 %}{{ raise_exception('One call a message.') }}{% endif %}
{%- set call = m.tool_calls[0].function %}{% set ns.tool = call.name %}
{{- '<|start|>assistant to=functions.' + call.name + '<|channel|>commentary json<|message|>' + call.arguments | tojson + '<|call|>' }}
{%- elif m.role == 'assistant' %}
{{- '<|start|>assistant<|channel|>final<|message|>' + m.content + ('<|return|>' if loop.last and not add_generation_prompt else '<|end|>') }}
{%- elif m.role == 'tool' %}
{%- if ns.tool == '' %}{{ raise_exception('A result without its call.') }}{% endif %}
{{- '<|start|>functions.' + ns.tool + ' to=assistant<|channel|>commentary<|message|>' + m.content + '<|end|>' }}
{%- else %}{{ '<|start|>' + m.role + '<|message|>' + m.content + '<|end|>' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|start|>assistant' }}{% endif %}`,
    },
    traits: { ...CALLS_OBJECT, tools: true, parallelCalls: false, userAfterResults: true, ends: ['<|return|>'] },
  },
];
