import type { Readable } from 'node:stream';
import {
  applyDecorators,
  createParamDecorator,
  Delete,
  Get,
  HttpCode,
  Patch,
  Post,
  type ExecutionContext,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { JsonObject } from '@switchyard/contracts';
import type { Identity, Scope } from '../auth/scopes.js';
import { readCall } from './read-call.js';

/** One row of the table of routes: what is registered, checked and documented all comes from here. */
export interface RouteSpec<Query extends z.ZodObject = z.ZodObject, Body extends BodySpec = BodySpec> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Fastify's form: "/v1/runs/:id". */
  path: string;
  /** The scope that a key needs; 'public' needs none. */
  access: Scope | 'public';
  /** Of the whole platform, not of one tenant: only keys of the platform's own tenant (SWITCHYARD_TENANT) may. */
  ofPlatform?: boolean;
  tag: string;
  summary: string;
  description?: string;
  /** Strict: a parameter that it does not name is refused. Absent: no parameters. */
  query?: Query;
  /** Others send browsers here, and may add parameters of their own: what `query` does not name is ignored. */
  isOpen?: boolean;
  /** Headers that the route reads, for the document. */
  headers?: Readonly<Record<string, string>>;
  body?: Body;
  /** The usual one; the lowest of `replies` where absent. */
  status?: number;
  /** By status. */
  replies: Readonly<Record<number, ReplySpec>>;
}

/** A body that is a message of the contracts. */
export interface MessageBody<Message extends DescMessage = DescMessage> {
  message: Message;
  /** Where the key's tenant goes. A body that names another tenant is refused. */
  tenantAt?: 'tenant' | 'scope.tenant';
  /** Fields that this way in does not have: they come from the path, or are answers. */
  without?: readonly string[];
  /** Fields that come from elsewhere in the request; they win. */
  set?: (call: { params: Params }) => JsonObject;
  /** Fields that are made up where the body does not name them. */
  fresh?: () => JsonObject;
  /** Nothing is an empty message. */
  optional?: boolean;
  yaml?: boolean;
}

/** A body that its service reads itself, so that its answer can name the path of what is wrong. */
export interface DocumentBody {
  document: string;
  /** What it is documented as. */
  like?: DescMessage;
  yaml?: boolean;
}

/** A body of any size, which its service reads as it comes. */
export interface StreamBody {
  /** Its content type. */
  stream: string;
  description: string;
}

export type BodySpec = MessageBody | DocumentBody | StreamBody;
export type ReplySpec =
  | { message: DescMessage; description?: string }
  | { json: z.ZodType; description?: string }
  | { content: string; description: string }
  | { description: string };

export type Params = Readonly<Record<string, string>>;

/** A request as its handler gets it: read, checked, with its caller. */
export interface Call<Query = unknown, Body = unknown> {
  tenant: string;
  identity: Identity;
  params: Params;
  query: Query;
  body: Body;
  request: FastifyRequest;
  reply: FastifyReply;
}

export type CallOf<Spec> =
  Spec extends RouteSpec<infer Query, infer Body> ? Call<z.infer<Query>, ReadBody<Body>> : never;
type ReadBody<Body> =
  Body extends MessageBody<infer Message> ? MessageShape<Message> : Body extends StreamBody ? Readable : JsonObject;

/** Keeps the literal types of a row. */
export function route<Query extends z.ZodObject, Body extends BodySpec>(
  spec: RouteSpec<Query, Body>,
): RouteSpec<Query, Body> {
  return spec;
}

/** The key under which Fastify's route configuration holds the row. */
export interface RouteOptions {
  route?: RouteSpec;
}

const specs = new WeakMap<object, RouteSpec[]>();

/** Registers a controller's method for a row of the table. */
export function Route(spec: RouteSpec): MethodDecorator {
  const verb = { GET: Get, POST: Post, PATCH: Patch, DELETE: Delete }[spec.method];
  const status = spec.status ?? Number(Object.keys(spec.replies)[0] ?? 200);
  return (target, key, descriptor) => {
    specs.set(target, [...(specs.get(target) ?? []), spec]);
    applyDecorators(verb(spec.path), HttpCode(status), RouteConfig({ route: spec } satisfies RouteOptions))(
      target,
      key,
      descriptor,
    );
  };
}

/** The rows that these controllers serve. */
export function routesOf(controllers: readonly { prototype: object }[]): RouteSpec[] {
  return controllers.flatMap((controller) => specs.get(controller.prototype) ?? []);
}

/** The row that a request came in by. */
export function specOf(request: FastifyRequest): RouteSpec | undefined {
  return (request.routeOptions.config as RouteOptions).route;
}

/** Injects the `Call`. */
export const Incoming = createParamDecorator((_: unknown, context: ExecutionContext): Call => {
  const http = context.switchToHttp();
  return readCall(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
});
