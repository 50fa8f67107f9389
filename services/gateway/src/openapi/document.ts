import type { DescMessage } from '@bufbuild/protobuf';
import { z } from 'zod';
import { RunSchema, type JsonObject, type JsonValue } from '@switchyard/contracts';
import type { BodySpec, ReplySpec, RouteSpec, StreamBody } from '../http/route.js';
import { describeField } from './comments.js';
import { componentOf, messageSchema, referredMessages } from './message-schema.js';

const ERROR_SCHEMA: JsonObject = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'retryable', 'details', 'trace_id'],
      properties: {
        code: { type: 'string', description: 'Dotted and stable, for programs: "agent.not_found".' },
        message: { type: 'string', description: 'For people: what happened, why, what to do.' },
        retryable: { type: 'boolean', description: 'Whether the same request may succeed later.' },
        details: { type: 'object', additionalProperties: true },
        trace_id: { type: 'string' },
      },
    },
  },
};

/** The OpenAPI 3.1 document of these routes: their rows and the contracts' descriptors, nothing written by hand. Pure. */
export function openApiDocument(routes: readonly RouteSpec[], version: string): JsonObject {
  const components = new Components();
  const paths: Record<string, JsonObject> = {};
  for (const spec of routes) {
    const path = openApiPath(spec.path);
    paths[path] = { ...paths[path], [spec.method.toLowerCase()]: operation(spec, components) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Switchyard',
      version,
      description:
        'Runs AI agents on any model. Bodies and answers are the JSON form of the messages in proto/switchyard/v1.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ bearer: [] }, { header: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key: sy_…' },
        header: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
      schemas: { Error: ERROR_SCHEMA, ...components.schemas },
    },
  };
}

/** Fastify's ":name" as OpenAPI's "{name}". */
export function openApiPath(path: string): string {
  return path.replace(/:([A-Za-z_]+)/g, '{$1}').replace(/\*$/, '{path}');
}

/** Schemas that operations refer to, each once, with what they refer to themselves. */
class Components {
  readonly schemas: Record<string, JsonObject> = {};

  refer(message: DescMessage): JsonObject {
    const name = componentOf(message);
    if (!(name in this.schemas)) {
      const schema = messageSchema(message, { describe: describeField });
      this.schemas[name] = message.typeName === RunSchema.typeName ? withCost(schema) : schema;
      this.follow(message);
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  /** A body that has not all fields of its message stands by itself. */
  inline(message: DescMessage, without: readonly string[]): JsonObject {
    this.follow(message);
    return messageSchema(message, { without, describe: describeField });
  }

  private follow(message: DescMessage): void {
    for (const inner of referredMessages(message)) this.refer(inner);
  }
}

function withCost(schema: JsonObject): JsonObject {
  const properties = schema['properties'] as JsonObject;
  return { ...schema, properties: { ...properties, cost: { type: 'number', description: 'The same as cost_usd.' } } };
}

function operation(spec: RouteSpec, components: Components): JsonObject {
  const isPublic = spec.access === 'public';
  return {
    operationId: operationId(spec),
    tags: [spec.tag],
    summary: spec.summary,
    description: [
      spec.description,
      isPublic
        ? 'Needs no key.'
        : `Needs a key with scope "${spec.access}"${spec.ofPlatform ? " of the platform's own tenant" : ''}.`,
    ]
      .filter(Boolean)
      .join('\n\n'),
    ...(isPublic ? { security: [] } : {}),
    parameters: parameters(spec),
    ...(spec.body ? { requestBody: requestBody(spec.body, components) } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(spec.replies).map(([status, reply]) => [status, response(reply, components)]),
      ),
      default: { description: 'What went wrong.', content: json({ $ref: '#/components/schemas/Error' }) },
    },
  };
}

/** "GET /v1/runs/:id/events" → "get_runs_id_events". */
function operationId({ method, path }: RouteSpec): string {
  const words = path.split(/[^A-Za-z]+/).filter((word) => word !== '' && word !== 'v');
  return [method.toLowerCase(), ...words].join('_');
}

function parameters(spec: RouteSpec): JsonValue[] {
  const inPath = [...spec.path.matchAll(/:([A-Za-z_]+)/g)].map(([, name]) => ({
    name: name ?? '',
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const query = spec.query ? plainSchema(spec.query) : {};
  const required = (query['required'] ?? []) as string[];
  const inQuery = Object.entries((query['properties'] ?? {}) as Record<string, JsonObject>).map(
    ([name, { description, ...schema }]) => ({
      name,
      in: 'query',
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema,
    }),
  );
  const inHeader = Object.entries(spec.headers ?? {}).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }));
  return [...inPath, ...inQuery, ...inHeader];
}

function requestBody(body: BodySpec, components: Components): JsonObject {
  if ('stream' in body)
    return {
      required: true,
      description: body.description,
      content: { [body.stream]: { schema: { type: 'string', format: 'binary' } } },
    };
  const schema = bodySchema(body, components);
  const content = { ...json(schema), ...(body.yaml ? { 'application/yaml': { schema } } : {}) };
  return { required: !('message' in body && body.optional), content };
}

function bodySchema(body: Exclude<BodySpec, StreamBody>, components: Components): JsonObject {
  if ('document' in body)
    return body.like ? components.inline(body.like, ['tenant']) : { type: 'object', additionalProperties: true };
  return components.inline(body.message, [
    ...(body.without ?? []),
    ...(body.tenantAt ? [body.tenantAt] : []),
    ...Object.keys(body.set?.({ params: {} }) ?? {}),
  ]);
}

function response(reply: ReplySpec, components: Components): JsonObject {
  const description = reply.description ?? 'Done.';
  if ('message' in reply) return { description, content: json(components.refer(reply.message)) };
  if ('json' in reply) return { description, content: json(plainSchema(reply.json)) };
  if ('content' in reply) return { description, content: { [reply.content]: { schema: { type: 'string' } } } };
  return { description };
}

function json(schema: JsonObject): JsonObject {
  return { 'application/json': { schema } };
}

/** What the outside sees of a zod schema; the document says once which JSON Schema it speaks. */
function plainSchema(schema: z.ZodType): JsonObject {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonObject;
  return plain;
}
