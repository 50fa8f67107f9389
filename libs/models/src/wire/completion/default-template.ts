import type { ChatTemplate } from '../../profile/profile.js';

/**
 * ChatML, with tools and calls in the marks of Hermes 2 Pro: what llama.cpp falls back to as well, and what most open models
 * have seen. Reasoning stays in the turns after the last word of a user, as Qwen3 keeps it.
 */
export const DEFAULT_TEMPLATE: ChatTemplate = {
  bosToken: '',
  eosToken: '<|im_end|>',
  source: String.raw`
{%- set ns = namespace(asked=-1) %}
{%- for message in messages %}
{%- if message.role == 'user' %}{% set ns.asked = loop.index0 %}{% endif %}
{%- endfor %}
{%- set instructions = messages[0].content if messages[0].role == 'system' else '' %}
{%- if tools or instructions %}
{{- '<|im_start|>system\n' + instructions }}
{%- if tools %}
{{- '\n\n' if instructions else '' }}
{{- '# Tools\n\nYou can call the functions that are described here as JSON Schema, one a line:\n<tools>' }}
{%- for tool in tools %}
{{- '\n' + tool | tojson }}
{%- endfor %}
{{- '\n</tools>\n\nTo call one, write its name and its arguments as JSON between tags; calls stand one after the other:\n' }}
{{- '<tool_call>\n{"name": "FUNCTION", "arguments": {"PARAMETER": "VALUE"}}\n</tool_call>' }}
{%- endif %}
{{- '<|im_end|>\n' }}
{%- endif %}
{%- for message in messages %}
{%- if message.role == 'user' %}
{{- '<|im_start|>user\n' + message.content + '<|im_end|>\n' }}
{%- elif message.role == 'assistant' %}
{{- '<|im_start|>assistant\n' }}
{%- if message.reasoning_content and loop.index0 > ns.asked %}
{{- '<think>\n' + message.reasoning_content + '\n</think>\n\n' }}
{%- endif %}
{{- message.content }}
{%- for call in message.tool_calls or [] %}
{{- '\n' if message.content or not loop.first else '' }}
{{- '<tool_call>\n{"name": ' + call.function.name | tojson + ', "arguments": ' + call.function.arguments | tojson }}
{{- '}\n</tool_call>' }}
{%- endfor %}
{{- '<|im_end|>\n' }}
{%- elif message.role == 'tool' %}
{{- '<|im_start|>tool\n<tool_response>\n' + message.content + '\n</tool_response><|im_end|>\n' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\n' }}
{%- endif %}`,
};
