import { findModelContext } from '../offer/model-context.js';
import { watchForms } from './form-tools.js';
import { StandInContext } from './stand-in.js';

/**
 * Puts `document.modelContext` there where the browser has none, and its older name `navigator.modelContext` beside it. Gives what it put there,
 * undefined where the browser has its own: then only the older name is added, for pages that know no other.
 */
export function installModelContext(): StandInContext | undefined {
  const existing = findModelContext();
  if (existing) {
    if (!('modelContext' in navigator)) define(navigator, olderName(existing));
    return undefined;
  }
  const context = new StandInContext();
  define(document, context);
  define(navigator, context);
  watchForms(context, document);
  return context;
}

function define(holder: object, value: object): void {
  Object.defineProperty(holder, 'modelContext', { value, configurable: true, enumerable: true });
}

/** The interface of before May 2026 over the one of today. */
function olderName(context: NonNullable<ReturnType<typeof findModelContext>>): object {
  const offers = new Map<string, AbortController>();
  type Tool = Parameters<typeof context.registerTool>[0];
  const registerTool = (tool: Tool): unknown => {
    const withdraw = new AbortController();
    offers.set(tool.name, withdraw);
    const schema: unknown = tool.inputSchema;
    const inputSchema = typeof schema === 'string' ? (JSON.parse(schema) as object) : tool.inputSchema;
    return context.registerTool({ ...tool, ...(inputSchema ? { inputSchema } : {}) }, { signal: withdraw.signal });
  };
  const unregisterTool = (name: string): void => {
    offers.get(name)?.abort();
    offers.delete(name);
  };
  const clearContext = (): void => {
    for (const name of [...offers.keys()]) unregisterTool(name);
  };
  const provideContext = ({ tools = [] }: { tools?: readonly Tool[] } = {}): void => {
    clearContext();
    for (const tool of tools) registerTool(tool);
  };
  return { registerTool, unregisterTool, provideContext, clearContext };
}
