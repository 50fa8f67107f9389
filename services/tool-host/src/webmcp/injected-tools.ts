import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@switchyard/contracts';
import { polyfillScript } from '@switchyard/webmcp/polyfill-script';
import type { BrowserContext, Frame, Page } from 'playwright-core';
import { messageOf } from '../shared/error-text.js';
import { MAX_TOOLS, NotInvoked, type OfferedByFrame } from './native-tools.js';
import { isRecord, pageToolOf, type PageTool } from './page-tool.js';
import { pageLost, toolFailed } from './webmcp-failure.js';

/**
 * The tools of pages where the browser itself knows of none: an older browser, or a page without TLS, where the interface is not there by the specification
 * (SecureContext). What @switchyard/webmcp puts in its place tells us what is registered, and calls it. Everything that comes from it is the page's word.
 */
export class InjectedTools {
  private readonly byFrame = new Map<Frame, PageTool[]>();
  private readonly open = new Set<{ page: Page; tool: string; lost: AbortController }>();

  private constructor(
    private readonly server: string,
    private readonly onChange: () => void,
  ) {}

  /** To be called before the first page of a context is opened. */
  static async into(context: BrowserContext, server: string, onChange: () => void): Promise<InjectedTools> {
    const tools = new InjectedTools(server, onChange);
    // Another name each time: a page cannot expect it.
    const binding = `switchyard_${randomUUID().replaceAll('-', '')}`;
    await context.exposeBinding(binding, ({ frame }, report: unknown) => tools.reported(frame, report));
    await context.addInitScript({ content: polyfillScript.replaceAll('__SWITCHYARD_BINDING__', binding) });
    return tools;
  }

  list(page: Page): OfferedByFrame[] {
    return [...this.byFrame].flatMap(([frame, tools]) => {
      if (frame.page() !== page || frame.isDetached()) return [];
      const origin = URL.canParse(frame.url()) ? new URL(frame.url()).origin : 'null';
      const isMain = frame === page.mainFrame();
      return tools.map((tool) => ({
        ...tool,
        origin,
        isMain,
        invoke: (input: JsonObject, signal: AbortSignal) => this.invoke(frame, tool.name, input, signal),
      }));
    });
  }

  detached(frame: Frame): void {
    if (this.byFrame.delete(frame)) this.onChange();
  }

  lost(page: Page, why: string): void {
    for (const call of this.open) {
      if (call.page === page) call.lost.abort(pageLost(this.server, call.tool, why));
    }
    for (const frame of this.byFrame.keys()) {
      if (frame.page() === page) this.byFrame.delete(frame);
    }
  }

  /** Every document reports when it begins, also where it has nothing to offer: what the one before it offered is gone. */
  private reported(frame: Frame, report: unknown): void {
    const given: unknown[] = Array.isArray(report) ? report.slice(0, MAX_TOOLS) : [];
    const tools = given.map(pageToolOf).filter((tool) => tool !== undefined);
    if (tools.length > 0) this.byFrame.set(frame, tools);
    else this.byFrame.delete(frame);
    this.onChange();
  }

  private async invoke(frame: Frame, tool: string, input: JsonObject, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const id = randomUUID();
    const bridge = `globalThis[Symbol.for('switchyard.webmcp')]`;
    const entry = { page: frame.page(), tool, lost: new AbortController() };
    this.open.add(entry);
    const over = AbortSignal.any([signal, entry.lost.signal]);
    const stopped = new Promise<never>((_, reject) => {
      over.addEventListener('abort', () => reject(over.reason as Error), { once: true });
    });
    const cancel = () => {
      // Where it cannot be told, its page is gone and stops by itself.
      frame.evaluate(`${bridge}?.cancel(${JSON.stringify(id)})`).catch(() => undefined);
    };
    signal.addEventListener('abort', cancel, { once: true });
    const answered = frame
      .evaluate(`${bridge}.call(${JSON.stringify(id)}, ${JSON.stringify(tool)}, ${JSON.stringify(input)})`)
      .catch((error: unknown) => {
        throw pageLost(this.server, tool, `was lost (${messageOf(error).split('\n')[0]})`);
      });
    try {
      return outcomeOf(this.server, tool, await Promise.race([answered, stopped]));
    } finally {
      this.open.delete(entry);
      signal.removeEventListener('abort', cancel);
      // Whichever lost the race must not surface as an unhandled rejection.
      stopped.catch(() => undefined);
      answered.catch(() => undefined);
    }
  }
}

/** What the script in the page says of a call: { output }, { error } or { missing: true }. */
function outcomeOf(server: string, tool: string, outcome: unknown): unknown {
  if (isRecord(outcome)) {
    if ('output' in outcome) return outcome['output'];
    if (outcome['missing'] === true) throw new NotInvoked(`${tool} is not registered`);
    if (typeof outcome['error'] === 'string') throw toolFailed(server, tool, outcome['error']);
  }
  throw toolFailed(server, tool, 'the page gave no answer that can be read');
}
