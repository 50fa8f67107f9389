import { Controller, Inject, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  EmptySchema,
  LoginSchema,
  SwitchyardError,
  ToolHostService,
  type Empty,
  type Login,
} from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import { statusOf } from '../http/error-status.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

/** Metadata of two servers is asked for before the answer, or a code redeemed. */
const LOGIN_TIMEOUT_MS = 60_000;
const CALLBACK = '/v1/oauth/callback';
const CLIENT_METADATA = '/v1/oauth/client.json';

const begin = route({
  method: 'POST',
  path: '/v1/tool-servers/:name/login',
  access: 'admin',
  ofPlatform: true,
  tag: 'tools',
  summary: 'Begin a login at a tool server that asks for authorisation',
  description:
    'Answers with the address to go to with a browser, which comes back to this gateway (SWITCHYARD_PUBLIC_URL). A login that was begun before is void.',
  replies: { 200: { message: LoginSchema } },
});

const end = route({
  method: 'DELETE',
  path: '/v1/tool-servers/:name/login',
  access: 'admin',
  ofPlatform: true,
  tag: 'tools',
  summary: 'Forget what a login at a tool server gave',
  replies: { 200: { message: EmptySchema } },
});

const parameter = (description: string) => z.string().max(8_192).optional().describe(description);
const callback = route({
  method: 'GET',
  path: CALLBACK,
  access: 'public',
  tag: 'tools',
  summary: 'Where browsers come back to from a login at a tool server',
  query: z.object({
    state: z.string().max(512).describe('Of the login.'),
    code: parameter('What the authorisation server gave.'),
    iss: parameter('Its name for itself (RFC 9207).'),
    error: parameter('Its word for a refusal.'),
  }),
  isOpen: true,
  replies: { 200: { content: 'text/plain', description: 'What became of it, for the person.' } },
});

const client = route({
  method: 'GET',
  path: CLIENT_METADATA,
  access: 'public',
  tag: 'tools',
  summary: 'Who Switchyard is, for authorisation servers that read it instead of registering it',
  replies: { 200: { json: z.record(z.string(), z.unknown()) } },
});

/** Logins of people at servers of tools. */
@Controller()
export class ToolLoginsController {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Route(begin)
  begin(@Incoming() { params, request }: CallOf<typeof begin>): Promise<Login> {
    const origin = this.originOf(request);
    return this.rpc.call(
      ToolHostService.method.beginLogin,
      {
        name: params['name'] ?? '',
        redirectUrl: `${origin}${CALLBACK}`,
        // Only an address that authorisation servers can ask is a name.
        clientMetadataUrl: origin.startsWith('https:') ? `${origin}${CLIENT_METADATA}` : '',
      },
      { timeoutMs: LOGIN_TIMEOUT_MS },
    );
  }

  @Route(end)
  end(@Incoming() { params }: CallOf<typeof end>): Promise<Empty> {
    return this.rpc.call(
      ToolHostService.method.logout,
      { name: params['name'] ?? '' },
      { timeoutMs: LOGIN_TIMEOUT_MS },
    );
  }

  @Route(callback)
  async callback(@Incoming() { query }: CallOf<typeof callback>, @Res() reply: FastifyReply): Promise<void> {
    const { state, code = '', iss = '', error = '' } = query;
    const [status, text] = await this.rpc
      .call(ToolHostService.method.finishLogin, { state, code, iss, error }, { timeoutMs: LOGIN_TIMEOUT_MS })
      .then(({ name }) => [200, `Logged in to ${name}. You can close this page.`] as const)
      .catch((failure: unknown) => {
        if (!(failure instanceof SwitchyardError)) throw failure;
        return [statusOf(failure), `${failure.message} [${failure.code}]`] as const;
      });
    await reply
      .status(status)
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'no-referrer')
      .header('x-content-type-options', 'nosniff')
      .type('text/plain; charset=utf-8')
      .send(text);
  }

  /** The document behind the client id (draft-ietf-oauth-client-id-metadata-document). */
  @Route(client)
  client(@Incoming() { request }: CallOf<typeof client>): Record<string, unknown> {
    const origin = this.originOf(request);
    return {
      client_id: `${origin}${CLIENT_METADATA}`,
      client_name: 'Switchyard',
      redirect_uris: [`${origin}${CALLBACK}`],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  private originOf({ protocol, host }: FastifyRequest): string {
    return this.config.gateway.publicUrl ?? `${protocol}://${host}`;
  }
}
