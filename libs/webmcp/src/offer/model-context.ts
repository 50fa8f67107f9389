/** A tool as `registerTool` takes it. Source: WebMCP, draft of the Web Machine Learning Community Group, 2026. */
export interface ContextTool {
  name: string;
  title?: string;
  description: string;
  inputSchema?: object;
  annotations?: ToolHints;
  execute(input: unknown, extra?: { signal?: AbortSignal }): unknown;
}

/** What a tool says of itself. Agents read it as a hint, and may be more careful. */
export interface ToolHints {
  /** It changes nothing. */
  readOnlyHint?: boolean;
  /** What it does matters: a booking, a payment. Agents ask a person first. */
  consequentialHint?: boolean;
  /** What it answers was written by others. */
  untrustedContentHint?: boolean;
}

export interface RegisterOptions {
  /** The tool is withdrawn when it aborts. */
  signal?: AbortSignal;
  /** Origins of documents around this one that may call it too. */
  exposedTo?: readonly string[];
}

/** The interface that a document offers its tools through, whoever made it. */
export interface ModelContext {
  registerTool(tool: ContextTool, options?: RegisterOptions): unknown;
  unregisterTool?(name: string): unknown;
}

/** Where tools are offered: by the browser itself, by its older name, or by what stands in for it. */
export type Support = 'native' | 'navigator' | 'polyfill' | 'none';

interface Places {
  document?: { modelContext?: ModelContext };
  navigator?: { modelContext?: ModelContext };
}

/** Says of what stands in for the browser's own that it does. */
export const STAND_IN = Symbol.for('switchyard.webmcp.stand-in');

/** The interface, by its present name before its older one; undefined where there is none. */
export function findModelContext(places: Places = globalThis as Places): ModelContext | undefined {
  return places.document?.modelContext ?? places.navigator?.modelContext;
}

export function supportOf(places: Places = globalThis as Places): Support {
  const context = findModelContext(places);
  if (!context) return 'none';
  if (STAND_IN in context) return 'polyfill';
  return places.document?.modelContext ? 'native' : 'navigator';
}
