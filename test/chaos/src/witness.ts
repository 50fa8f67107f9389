import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import { addTo } from './group.js';
import { closeServer, listen } from './listen.js';
import { EFFECT_TOOLS, type EffectTool } from './program.js';
import type { Pulse } from './pulse.js';

/** One time that a tool really ran. */
export interface EffectSeen {
  tool: EffectTool;
  /** The idempotency key that came with it. */
  key: string;
  at: number;
}

const ANNOTATIONS: Readonly<Record<EffectTool, Record<string, boolean>>> = {
  pure: { readOnlyHint: true },
  idem: { idempotentHint: true },
  slow: { idempotentHint: true },
  irr: {},
  gate: {},
};
const TAKES_MS: Readonly<Record<EffectTool, number>> = { pure: 0, idem: 20, slow: 1_500, irr: 40, gate: 20 };
const STEP_SCHEMA = { type: 'object' as const, properties: { step: { type: 'string' } }, required: ['step'] };

/** The world outside: an MCP server whose tools count every effect where no failure of the platform reaches. */
export class Witness {
  /** By step. */
  readonly effects = new Map<string, EffectSeen[]>();
  readonly #handle = toNodeHandler(createMcpHandler(() => this.#mcp()));
  readonly #server = createServer((request, response) => {
    // Of a request that was received they are always there; Node's types leave it open.
    const { method = 'POST', url = '/' } = request;
    void this.#handle(Object.assign(request, { method, url }), response);
  });
  url = '';

  constructor(private readonly pulse: Pulse) {}

  async start(): Promise<this> {
    this.url = `http://127.0.0.1:${await listen(this.#server)}/mcp`;
    return this;
  }

  stop(): Promise<void> {
    return closeServer(this.#server);
  }

  /** How often the call of this step with this key was made. */
  count(step: string, key: string): number {
    return (this.effects.get(step) ?? []).filter((effect) => effect.key === key).length;
  }

  #mcp(): Server {
    const server = new Server({ name: 'witness', version: '1.0.0' }, { capabilities: { tools: {} } });
    server.setRequestHandler('tools/list', () => ({
      tools: EFFECT_TOOLS.map((name) => ({ name, inputSchema: STEP_SCHEMA, annotations: ANNOTATIONS[name] })),
    }));
    server.setRequestHandler('tools/call', async ({ params }, context) => {
      const tool = EFFECT_TOOLS.find((name) => name === params.name);
      if (!tool) throw new Error(`no tool ${params.name}`);
      const step = String(params.arguments?.['step']);
      const key = String(context.mcpReq._meta?.['switchyard/idempotency_key'] ?? '');
      // The effect comes first: whatever is lost after it has happened all the same.
      addTo(this.effects, step, { tool, key, at: this.pulse.earliest() });
      await delay(TAKES_MS[tool]);
      return { content: [{ type: 'text', text: `${tool} ${step}` }] };
    });
    return server;
  }
}
