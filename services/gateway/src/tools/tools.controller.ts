import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient, TAKING_PARTS, withContent } from '@switchyard/bus';
import {
  newId,
  ToolCallSchema,
  ToolHostService,
  ToolListSchema,
  ToolResultSchema,
  type ToolList,
  type ToolResult,
} from '@switchyard/contracts';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

/** A tool called by hand may take as long as the slowest tool is given. */
const CALL_TIMEOUT_MS = 120_000;

const list = route({
  method: 'GET',
  path: '/v1/tools',
  access: 'read',
  tag: 'tools',
  summary: 'List tools',
  query: z.object({
    names: z.string().max(8_192).optional().describe('Names or "<toolset>.*", separated by commas; all where absent.'),
  }),
  replies: { 200: { message: ToolListSchema } },
});

const call = route({
  method: 'POST',
  path: '/v1/tools/:name/call',
  access: 'run',
  tag: 'tools',
  summary: 'Call a tool by hand',
  description:
    'With the same checks and the same ledger as a call of a run. The same `call_id` is the same call: its tool runs once.',
  body: {
    message: ToolCallSchema,
    tenantAt: 'tenant',
    without: ['run_id', 'tool', 'backend'],
    set: ({ params }) => ({ tool: params['name'] ?? '' }),
    fresh: () => ({ call_id: newId('call') }),
    optional: true,
  },
  replies: { 200: { message: ToolResultSchema } },
});

@Controller()
export class ToolsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<ToolList> {
    const names = (query.names ?? '').split(',').map((name) => name.trim());
    return this.rpc.call(ToolHostService.method.listTools, { tenant, names: names.filter((name) => name !== '') });
  }

  @Route(call)
  async call(@Incoming() { body }: CallOf<typeof call>): Promise<ToolResult> {
    const options = { timeoutMs: CALL_TIMEOUT_MS, headers: TAKING_PARTS };
    const result = await this.rpc.call(ToolHostService.method.callTool, body, options);
    return withContent(this.rpc, body, result);
  }
}
