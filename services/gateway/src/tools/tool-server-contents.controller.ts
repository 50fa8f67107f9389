import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import { ToolHostService, type JsonObject } from '@switchyard/contracts';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

/** A server may have to be started first. */
const ASK_TIMEOUT_MS = 40_000;
/** As MCP defines it: a server's word, and not this platform's. */
const replies = { 200: { json: z.record(z.string(), z.unknown()) } };

const resources = route({
  method: 'GET',
  path: '/v1/tool-servers/:name/resources',
  access: 'read',
  ofPlatform: true,
  tag: 'tools',
  summary: 'List the resources of an MCP server, and the templates of their URIs',
  replies,
});

const content = route({
  method: 'GET',
  path: '/v1/tool-servers/:name/resources/content',
  access: 'run',
  ofPlatform: true,
  tag: 'tools',
  summary: 'Read a resource of an MCP server',
  query: z.object({ uri: z.string().max(8_192).describe('As the list has it.') }),
  replies,
});

const prompts = route({
  method: 'GET',
  path: '/v1/tool-servers/:name/prompts',
  access: 'read',
  ofPlatform: true,
  tag: 'tools',
  summary: 'List the prompts of an MCP server',
  replies,
});

const prompt = route({
  method: 'POST',
  path: '/v1/tool-servers/:name/prompts/:prompt',
  access: 'run',
  ofPlatform: true,
  tag: 'tools',
  summary: 'Get a prompt of an MCP server, filled in',
  description: 'The body has `arguments`, an object of texts.',
  body: { document: 'arguments of a prompt' },
  replies,
});

const complete = route({
  method: 'POST',
  path: '/v1/tool-servers/:name/complete',
  access: 'run',
  ofPlatform: true,
  tag: 'tools',
  summary: 'Complete an argument of a prompt or of a resource template of an MCP server',
  description:
    'The body has `prompt`, or `uri` (a template), `argument`, `value` (what is written so far), and `arguments` that are known already.',
  body: { document: 'an argument to complete' },
  replies,
});

/** What MCP servers have besides tools. */
@Controller()
export class ToolServerContentsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(resources)
  async resources(@Incoming() { params }: CallOf<typeof resources>): Promise<JsonObject> {
    const name = params['name'] ?? '';
    const [listed, templates] = await Promise.all([
      this.ask(name, 'resources/list'),
      this.ask(name, 'resources/templates/list'),
    ]);
    return { resources: listed['resources'] ?? [], templates: templates['resourceTemplates'] ?? [] };
  }

  @Route(content)
  content(@Incoming() { params, query }: CallOf<typeof content>): Promise<JsonObject> {
    return this.ask(params['name'] ?? '', 'resources/read', { uri: query.uri });
  }

  @Route(prompts)
  async prompts(@Incoming() { params }: CallOf<typeof prompts>): Promise<JsonObject> {
    const listed = await this.ask(params['name'] ?? '', 'prompts/list');
    return { prompts: listed['prompts'] ?? [] };
  }

  @Route(prompt)
  prompt(@Incoming() { params, body }: CallOf<typeof prompt>): Promise<JsonObject> {
    return this.ask(params['name'] ?? '', 'prompts/get', { ...body, prompt: params['prompt'] ?? '' });
  }

  @Route(complete)
  complete(@Incoming() { params, body }: CallOf<typeof complete>): Promise<JsonObject> {
    return this.ask(params['name'] ?? '', 'completion/complete', body);
  }

  private async ask(name: string, method: string, params: JsonObject = {}): Promise<JsonObject> {
    const request = { name, method, params };
    const { result } = await this.rpc.call(ToolHostService.method.askServer, request, { timeoutMs: ASK_TIMEOUT_MS });
    return result ?? {};
  }
}
