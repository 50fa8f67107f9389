import type { JsonObject } from '@switchyard/contracts';
import type { CDPSession } from 'playwright-core';
import { messageOf } from '../shared/error-text.js';
import type { FrameOrigins } from './frame-origins.js';
import { OpenInvocations, type Invocation } from './open-invocations.js';
import { pageToolOf, type PageTool } from './page-tool.js';

/** A page with more offers something else than tools for a model. */
export const MAX_TOOLS = 128;

/** A tool and where it stands. */
export interface OfferedByFrame extends PageTool {
  origin: string;
  /** Of the page itself and no frame in it. */
  isMain: boolean;
  /** @throws SwitchyardError, or `NotInvoked` where nothing was called */
  invoke(input: JsonObject, signal: AbortSignal): Promise<unknown>;
}

interface Mark {
  frameId: string;
  /** Of this registration; older browsers give none. */
  toolId?: string | undefined;
  name: string;
}

interface Registered {
  frameId: string;
  toolId: string | undefined;
  tool: PageTool;
}

/** The browser did not take the call: the tool or its frame is gone. */
export class NotInvoked extends Error {}

/**
 * The tools that the browser itself knows of, in one page or in one frame that runs in a process of its own. Source: Chrome DevTools
 * Protocol, experimental domain WebMCP (tried with Chromium 156).
 */
export class NativeTools {
  private readonly tools = new Map<string, Registered>();
  private readonly invocations: OpenInvocations;

  constructor(
    private readonly session: CDPSession,
    private readonly frames: FrameOrigins,
    private readonly server: string,
    private readonly onChange: () => void,
  ) {
    this.invocations = new OpenInvocations(server);
  }

  /** False where this browser knows no such tools. */
  async start(): Promise<boolean> {
    const { session } = this;
    session.on('WebMCP.toolsAdded', ({ tools }) => this.added(tools));
    session.on('WebMCP.toolsRemoved', ({ tools }) => {
      for (const tool of tools) this.tools.delete(keyOf(tool));
      this.onChange();
    });
    session.on('WebMCP.toolResponded', (response) => this.invocations.responded(response));
    return session.send('WebMCP.enable').then(
      () => true,
      () => false,
    );
  }

  list(): OfferedByFrame[] {
    return [...this.tools.values()].flatMap((registered) => {
      const { frameId, tool } = registered;
      const frame = this.frames.of(frameId);
      if (!frame) return [];
      const { origin, isMain } = frame;
      const invoke = (input: JsonObject, signal: AbortSignal) => this.invoke(registered, input, signal);
      return [{ ...tool, origin, isMain, invoke }];
    });
  }

  /** The document of a frame is replaced or gone, and its tools with it. */
  frameGone(frameId: string): void {
    for (const [key, entry] of this.tools) {
      if (entry.frameId === frameId) this.tools.delete(key);
    }
    this.invocations.frameGone(frameId);
    this.onChange();
  }

  /** All of it is gone. */
  lost(why: string): void {
    this.tools.clear();
    this.invocations.lost(why);
  }

  private added(tools: readonly Mark[]): void {
    for (const given of tools) {
      const tool = this.tools.size < MAX_TOOLS ? pageToolOf(given) : undefined;
      if (tool) this.tools.set(keyOf(given), { frameId: given.frameId, toolId: given.toolId, tool });
    }
    // A frame that is new to us may have come before the word of it.
    if (tools.some(({ frameId }) => !this.frames.of(frameId))) {
      void this.frames.read(this.session).then(
        () => this.onChange(),
        () => this.onChange(),
      );
    } else this.onChange();
  }

  private async invoke(registered: Registered, input: JsonObject, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const { frameId, toolId, tool } = registered;
    const invocation: Invocation = { frameId, tool: tool.name };
    // By its identifier it is this tool and no other that has taken its name since; browsers of before know names alone.
    const which = toolId === undefined ? { toolName: tool.name } : { toolId };
    // The protocol's types write any object as one of texts.
    const given = input as Record<string, string>;
    const begun = this.session.send('WebMCP.invokeTool', { frameId, ...which, input: given }).then(
      ({ invocationId }) => invocationId,
      (error: unknown) => {
        // Gone with its page, it may have begun; refused by the browser, it has not.
        if (/closed|crashed|detached/i.test(messageOf(error))) throw this.invocations.lossOf(invocation, 'was closed');
        throw new NotInvoked(messageOf(error));
      },
    );
    // Where it cannot be told, its page is gone and stops by itself.
    const cancel = () => void begun.then((id) => this.cancel(id)).catch(() => undefined);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await this.invocations.answer(invocation, begun, signal);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  private async cancel(invocationId: string): Promise<void> {
    await this.session.send('WebMCP.cancelInvocation', { invocationId });
  }
}

/** What tells one registration from another. */
function keyOf({ frameId, toolId, name }: Mark): string {
  return `${frameId} ${toolId ?? name}`;
}
