import type { ToolDefinition } from '@switchyard/models';
import type { IntentKind } from './intent.js';
import { propertiesOf } from './schema.js';

/** By what a tool for a kind of wish is recognised. Words are compared by their beginning. */
interface ToolMark {
  name: readonly string[];
  description: readonly string[];
  parameters: readonly string[];
  /** A name with one of these is for something else. */
  not: readonly string[];
}

const MARKS: Readonly<Record<IntentKind, ToolMark>> = {
  calculate: {
    name: ['calc', 'math', 'arithmetic', 'evaluat', 'comput', 'expression', 'eval'],
    description: ['calculat', 'arithmetic', 'mathematic', 'expression', 'evaluat', 'comput'],
    parameters: ['expression', 'expr', 'formula', 'equation'],
    not: ['file', 'memory', 'http', 'fetch', 'unit'],
  },
  time: {
    name: ['clock', 'time', 'now', 'date'],
    description: ['time', 'clock', 'date', 'timezone', 'zone'],
    parameters: ['timezone', 'tz', 'zone', 'time'],
    not: ['timer', 'schedule', 'calendar', 'file', 'convert', 'memory'],
  },
  read_file: {
    name: ['read', 'file', 'cat', 'open', 'load'],
    description: ['read', 'file', 'content'],
    parameters: ['path', 'file', 'filename'],
    not: [
      'list',
      'write',
      'delete',
      'remove',
      'search',
      'move',
      'create',
      'edit',
      'directory',
      'http',
      'memory',
      'multiple',
      'info',
      'media',
    ],
  },
  write_file: {
    name: ['write', 'save', 'file', 'create'],
    description: ['writ', 'file', 'save'],
    parameters: ['content', 'contents', 'text', 'data'],
    not: [
      'read',
      'list',
      'delete',
      'remove',
      'search',
      'move',
      'edit',
      'append',
      'memory',
      'http',
      'directory',
      'folder',
    ],
  },
  list_files: {
    name: ['list', 'ls', 'dir', 'directory', 'files', 'folder', 'tree'],
    description: ['list', 'director', 'folder', 'files'],
    parameters: ['path', 'dir', 'directory', 'folder'],
    not: ['read', 'write', 'delete', 'create', 'memory', 'http', 'allowed', 'sizes', 'model'],
  },
  fetch: {
    name: ['fetch', 'http', 'url', 'web', 'browse', 'page', 'request', 'download'],
    description: ['fetch', 'url', 'http', 'web', 'page', 'download'],
    parameters: ['url', 'uri', 'link'],
    not: ['search', 'file', 'memory', 'post'],
  },
  remember: {
    name: ['memory', 'remember', 'save', 'store', 'memori', 'note', 'add'],
    description: ['remember', 'memor', 'save', 'store', 'fact'],
    parameters: ['content', 'fact', 'memory', 'text', 'note', 'value'],
    not: ['search', 'recall', 'list', 'delete', 'forget', 'get', 'find', 'file', 'read', 'http'],
  },
  recall: {
    name: ['memory', 'recall', 'search', 'find', 'retrieve'],
    description: ['memor', 'recall', 'remember', 'search', 'retriev'],
    parameters: ['query', 'question', 'q', 'topic'],
    not: ['save', 'store', 'delete', 'forget', 'add', 'write', 'create', 'file', 'files', 'web', 'http', 'remember'],
  },
  forget: {
    name: ['memory', 'forget', 'correct', 'retract', 'delete'],
    description: ['forget', 'withdraw', 'correct', 'delete', 'remember'],
    parameters: ['id', 'memory'],
    not: ['search', 'save', 'store', 'list', 'add', 'write', 'create', 'file', 'files', 'web', 'http', 'edit'],
  },
};

/** Kinds whose tool must show one of these words, whatever else fits: "search" alone is not a memory. */
const NEEDED: Partial<Record<IntentKind, RegExp>> = {
  remember: /memor|remember|\bnote|\bfact/i,
  recall: /memor|remember|recall/i,
  forget: /forget|withdraw/i,
  read_file: /file|document/i,
  write_file: /file|document/i,
  list_files: /file|director|folder/i,
  fetch: /url|http|web|page/i,
};

/** The offered tool for a kind of wish, by name, description and parameters; undefined if none is for it. */
export function chooseTool(kind: IntentKind, tools: readonly ToolDefinition[]): ToolDefinition | undefined {
  const scored = tools
    .map((tool) => ({ tool, score: scoreOf(tool, kind) }))
    .filter(({ score }) => score >= 4)
    .sort((a, b) => b.score - a.score);
  return scored[0]?.tool;
}

function scoreOf(tool: ToolDefinition, kind: IntentKind): number {
  const mark = MARKS[kind];
  const nameWords = words(tool.name);
  if (nameWords.some((word) => mark.not.includes(word))) return 0;
  const needed = NEEDED[kind];
  if (needed !== undefined && !needed.test(`${tool.name} ${tool.description ?? ''}`)) return 0;
  const descriptionWords = words(tool.description ?? '').slice(0, 40);
  const parameterWords = propertiesOf(tool.inputSchema).flatMap((property) => words(property.name));
  return (
    3 * hits(nameWords, mark.name) +
    Math.min(3, hits(descriptionWords, mark.description)) +
    2 * Math.min(1, hits(parameterWords, mark.parameters))
  );
}

/** How many of the marks some word begins with. */
function hits(found: readonly string[], marks: readonly string[]): number {
  return marks.filter((mark) => found.some((word) => (mark.length <= 3 ? word === mark : word.startsWith(mark))))
    .length;
}

/** `readFile`, `read_file` and `read-file` are the same two words. */
export function words(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
