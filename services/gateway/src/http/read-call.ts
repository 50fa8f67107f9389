import { Readable } from 'node:stream';
import type { DescMessage } from '@bufbuild/protobuf';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fromWire, SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { asObject, parseBody, syntaxOf } from './parse-body.js';
import { requestState } from './request-state.js';
import { specOf, type Call, type MessageBody, type Params, type RouteSpec, type StreamBody } from './route.js';

/** @throws SwitchyardError `contract.*` naming what is wrong with the query or the body */
export function readCall(request: FastifyRequest, reply: FastifyReply): Call {
  const spec = specOf(request);
  if (!spec) throw new Error(`${request.method} ${request.url} is not in the table of routes`);
  const identity = requestState(request.raw)?.identity ?? { keyId: '', tenant: '', name: '', scopes: [] };
  const { tenant } = identity;
  const params = request.params as Params;
  const query = readQuery(spec, request.query);
  return { tenant, identity, params, query, body: readBody(spec, request, tenant, params), request, reply };
}

function readQuery(spec: RouteSpec, given: unknown): unknown {
  if (!spec.query) {
    const [unknown] = Object.keys(given as object);
    if (unknown !== undefined) throw badQuery(unknown, 'is unknown here');
    return {};
  }
  const result = (spec.isOpen ? spec.query : spec.query.strict()).safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue?.code === 'unrecognized_keys') throw badQuery(issue.keys.join(', '), 'is unknown here');
  throw badQuery(issue?.path.join('.') ?? '', issue?.message ?? 'is not valid');
}

function badQuery(name: string, what: string): SwitchyardError {
  return new SwitchyardError('contract.invalid', `Query parameter "${name}": ${what}.`, { details: { field: name } });
}

function readBody(spec: RouteSpec, request: FastifyRequest, tenant: string, params: Params): unknown {
  if (!spec.body) return {};
  if ('stream' in spec.body) return streamOf(request, spec.body);
  const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  const json = parseBody(bytes, spec.body.yaml ? syntaxOf(request.headers['content-type']) : 'json');
  if ('document' in spec.body) return asObject(json, spec.body.document);
  const given = json === undefined && spec.body.optional ? {} : asObject(json, `a ${spec.body.message.name}`);
  return readMessage(spec.body, given, tenant, params);
}

/** @throws SwitchyardError `http.unsupported_media_type` */
function streamOf({ body }: FastifyRequest, { stream }: StreamBody): Readable {
  if (body instanceof Readable) return body;
  throw new SwitchyardError(
    'http.unsupported_media_type',
    `The body is read as it comes, whatever its size: send it as "content-type: ${stream}".`,
  );
}

function readMessage(body: MessageBody, given: JsonObject, tenant: string, params: Params): unknown {
  for (const name of body.without ?? []) refuse(body.message, given, name);
  const filled: JsonObject = { ...body.fresh?.(), ...given };
  if (body.tenantAt === 'tenant') filled['tenant'] = ownTenant(given['tenant'], tenant);
  if (body.tenantAt === 'scope.tenant') {
    const scope = given['scope'] === undefined ? {} : asObject(given['scope'], 'the scope');
    filled['scope'] = { ...scope, tenant: ownTenant(scope['tenant'], tenant) };
  }
  return fromWire(body.message, { ...filled, ...body.set?.({ params }) });
}

/** Both names that proto3 JSON reads a field by. */
function refuse(message: DescMessage, given: JsonObject, name: string): void {
  const field = message.fields.find((candidate) => candidate.name === name);
  const used = [name, field?.jsonName].find((candidate) => candidate !== undefined && candidate in given);
  if (used === undefined) return;
  throw new SwitchyardError('contract.malformed', `Not a ${message.name}: key "${used}" is unknown here.`, {
    details: { message: message.typeName, field: name },
  });
}

/** @throws SwitchyardError `key.scope` where a body names another tenant than the key's */
export function ownTenant(named: unknown, tenant: string): string {
  if (named === undefined || named === tenant) return tenant;
  throw new SwitchyardError('key.scope', `This key belongs to tenant "${tenant}": leave "tenant" out.`, {
    details: { tenant },
  });
}
