import type { JsonObject } from '@switchyard/contracts';
import type { ToolContext, ToolOutput } from '../tools/tool.js';
import type { BuiltinTool } from './builtin-tool.js';

/** A call that nobody stops. */
export function contextOf(init: Partial<ToolContext> = {}): ToolContext {
  return {
    tenant: 'default',
    runId: '',
    callId: 'call_1',
    agent: '',
    user: '',
    thread: '',
    signal: new AbortController().signal,
    timeoutMs: 30_000,
    ...init,
  };
}

export function textOf({ content }: ToolOutput): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** What a tool says to a call. */
export async function said(tool: BuiltinTool, args: JsonObject, init: Partial<ToolContext> = {}): Promise<string> {
  return textOf(await tool.handler(args, contextOf(init)));
}
