import { STAND_IN, type ContextTool, type RegisterOptions, type ToolHints } from '../offer/model-context.js';

const NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** A tool as `getTools` tells it. */
export interface RegisteredTool {
  name: string;
  title: string;
  description: string;
  inputSchema: object | undefined;
  annotations: ToolHints;
  origin: string;
  window: unknown;
}

/**
 * `document.modelContext` where the browser has none, with the manners of Chromium 156: names are unique, a signal withdraws a tool, arguments are an
 * object, answers a text of JSON. Documents of other origins see nothing of it.
 */
export class StandInContext extends EventTarget {
  readonly [STAND_IN] = true;
  ontoolchange: ((event: Event) => void) | null = null;
  readonly #tools = new Map<string, ContextTool>();

  async registerTool(tool: ContextTool, options: RegisterOptions = {}): Promise<undefined> {
    const { name, description, execute } = tool;
    if (typeof name !== 'string' || !NAME.test(name)) throw new DOMException('Invalid tool name', 'InvalidStateError');
    if (typeof description !== 'string' || description === '')
      throw new DOMException('Invalid tool description', 'InvalidStateError');
    if (typeof execute !== 'function') throw new TypeError('A tool needs execute');
    if (this.#tools.has(name)) throw new DOMException('Duplicate tool name', 'InvalidStateError');
    options.signal?.throwIfAborted();
    this.#tools.set(name, tool);
    options.signal?.addEventListener('abort', () => this.#withdraw(tool), { once: true });
    this.#changed();
    return undefined;
  }

  /** Of older pages. */
  unregisterTool(name: string): void {
    const tool = this.#tools.get(name);
    if (tool) this.#withdraw(tool);
  }

  /** Of older pages: these tools and no others. */
  provideContext({ tools = [] }: { tools?: readonly ContextTool[] } = {}): void {
    this.clearContext();
    for (const tool of tools) void this.registerTool(tool);
  }

  /** Of older pages. */
  clearContext(): void {
    this.#tools.clear();
    this.#changed();
  }

  async getTools(): Promise<RegisteredTool[]> {
    const tools = [...this.#tools.values()].map(
      ({ name, title = '', description, inputSchema, annotations = {} }): RegisteredTool => ({
        name,
        title,
        description,
        inputSchema: schemaOf(inputSchema),
        annotations,
        origin: globalThis.location.origin,
        window: globalThis.window,
      }),
    );
    return tools.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** One argument by its `length`, as the browser's own has: by that pages tell it from interfaces that take JSON as a text. */
  async executeTool(
    tool: { name: string },
    ...rest: [input?: unknown, options?: { signal?: AbortSignal }]
  ): Promise<string> {
    const [input = {}, { signal = new AbortController().signal } = {}] = rest;
    if (typeof input !== 'object' || input === null) throw new TypeError('invalid input object');
    const registered = this.#tools.get(tool.name);
    if (!registered) throw new DOMException('Tool not found', 'NotFoundError');
    signal.throwIfAborted();
    const given: unknown = await Promise.race([registered.execute(input, { signal }), abortOf(signal)]);
    return typeof given === 'string' ? given : (JSON.stringify(given) ?? 'undefined');
  }

  #withdraw(tool: ContextTool): void {
    if (this.#tools.get(tool.name) !== tool) return;
    this.#tools.delete(tool.name);
    this.#changed();
  }

  #changed(): void {
    const event = new Event('toolchange');
    this.dispatchEvent(event);
    this.ontoolchange?.(event);
  }
}

/** Older pages gave it as a text. */
function schemaOf(given: object | string | undefined): object | undefined {
  if (typeof given !== 'string') return given;
  const parsed: unknown = JSON.parse(given);
  return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
