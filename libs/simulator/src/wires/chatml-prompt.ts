import type { CanonicalMessage, Part, ToolCallPart, ToolDefinition } from '@switchyard/models';
import { readDialect } from '@switchyard/models';
import { WireRefusal } from '../conversation.js';
import { asObject } from '../rules/schema.js';

const START = '<|im_start|>';
const END = '<|im_end|>';
const RESULT = /^<tool_response>\n([\s\S]*)\n<\/tool_response>$/;
const TOOLS = /# Tools\n[\s\S]*?<tools>\n([\s\S]*?)\n<\/tools>[\s\S]*$/;

/**
 * Reads a prompt back: ChatML, with tools and calls as the default template of Switchyard writes them. A real server takes any
 * text; this one knows no other template.
 */
export function readChatMl(prompt: string): { messages: CanonicalMessage[]; tools: ToolDefinition[] } {
  const [before = '', ...blocks] = prompt.split(START);
  if (before.trim() !== '' || blocks.pop() !== 'assistant\n') {
    throw refusal('prompt: this server reads ChatML that ends where an assistant begins');
  }
  const turns = blocks.map(readBlock);
  const [first] = turns;
  const section = first?.role === 'system' ? TOOLS.exec(first.text) : null;
  if (first !== undefined && section !== null) first.text = first.text.slice(0, section.index).trimEnd();
  return { messages: readTurns(turns), tools: (section?.[1] ?? '').split('\n').flatMap(readTool) };
}

interface Block {
  role: string;
  text: string;
}

function readBlock(block: string): Block {
  const head = block.indexOf('\n');
  const text = block.slice(head + 1).trimEnd();
  if (head < 0 || !text.endsWith(END) || text.indexOf(END) !== text.length - END.length) {
    throw refusal('prompt: a turn of ChatML has a role, a line break and one <|im_end|>');
  }
  return { role: block.slice(0, head), text: text.slice(0, -END.length) };
}

function readTurns(blocks: readonly Block[]): CanonicalMessage[] {
  let open: ToolCallPart[] = [];
  let previous = '';
  return blocks
    .filter(({ role, text }) => role !== 'system' || text !== '')
    .map(({ role, text }, index): CanonicalMessage => {
      if (role === previous && role !== 'tool') throw refusal(`prompt: two turns of ${role} in a row`);
      previous = role;
      switch (role) {
        case 'system':
          if (index > 0) throw refusal('prompt: instructions come first');
          return { role, parts: [{ type: 'text', text }] };
        case 'user':
          return { role, parts: [{ type: 'text', text }] };
        case 'assistant': {
          const said = readSaid(text, index);
          open = said.filter((part) => part.type === 'tool_call');
          return { role, parts: said };
        }
        case 'tool': {
          const [, result] = RESULT.exec(text) ?? [];
          const call = open.shift();
          if (result === undefined || call === undefined) throw refusal('prompt: a result without its call');
          const { id: callId, name } = call;
          const parts = [{ type: 'text' as const, text: result }];
          return { role, parts: [{ type: 'tool_result', callId, name, parts, isError: false }] };
        }
        default:
          throw refusal(`prompt: no role is called ${role.slice(0, 40)}`);
      }
    });
}

/** Calls of the history are read whatever they name: no tool of that name has to be offered any more. */
function readSaid(text: string, index: number): Part[] {
  const { content, calls, rejected } = readDialect([text], { dialect: 'hermes' });
  const named = [...calls, ...rejected.map(({ name, raw }) => ({ name, arguments: argumentsOf(raw) }))];
  return [
    ...(content.trim() === '' ? [] : [{ type: 'text' as const, text: content.trim() }]),
    ...named.map((call, place): ToolCallPart => ({ type: 'tool_call', id: `${index}_${place}`, ...call })),
  ];
}

function argumentsOf(raw: string): ToolCallPart['arguments'] {
  return asObject(parsed(raw)) ?? {};
}

function readTool(line: string): ToolDefinition[] {
  if (line === '') return [];
  const definition = asObject(asObject(parsed(line))?.['function']);
  const { name, description, parameters } = definition ?? {};
  if (typeof name !== 'string') throw refusal('prompt: a tool is a function with a name, as JSON on one line');
  return [
    { name, ...(typeof description === 'string' ? { description } : {}), inputSchema: asObject(parameters) ?? {} },
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(`prompt: this is not JSON: ${text.slice(0, 100)}`);
  }
}

function refusal(message: string): WireRefusal {
  return new WireRefusal(400, 'invalid_request_error', message);
}
