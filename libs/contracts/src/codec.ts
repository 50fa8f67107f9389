import {
  create,
  fromJson,
  toJson,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import { SwitchyardError } from './errors.js';
import { checkRules } from './rules.js';

/** proto3 JSON text with the field names of the .proto files; fields at their default are left out. */
export function encode<Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>): string {
  return JSON.stringify(toJson(schema, create(schema, init), { useProtoFieldName: true }));
}

/**
 * Reads and validates a message where it enters.
 *
 * @throws SwitchyardError `contract.malformed` (not JSON, or not this message: unknown field, wrong type) or
 *   `contract.invalid` (a required field is missing or a value is out of its range). Both terminal.
 */
export function decode<Desc extends DescMessage>(schema: Desc, body: Uint8Array | string): MessageShape<Desc> {
  return fromWire(schema, jsonOf(schema, body));
}

/**
 * The same for what another service of this system sends: while versions roll it may be newer, and fields that are not known
 * here are left out. What people write is read by `decode`, so that a typing mistake is no silent one.
 */
export function decodeOfService<Desc extends DescMessage>(schema: Desc, body: Uint8Array | string): MessageShape<Desc> {
  const message = readJson(schema, jsonOf(schema, body), { ignoreUnknownFields: true });
  checkRules(schema, message);
  return message;
}

/** A message from parsed JSON, validated like `decode`. */
export function fromWire<Desc extends DescMessage>(schema: Desc, json: JsonValue): MessageShape<Desc> {
  const message = readJson(schema, json);
  checkRules(schema, message);
  return message;
}

/** A message from JSON that this system wrote itself (a journal row): read, not validated again. */
export function fromStore<Desc extends DescMessage>(schema: Desc, json: JsonValue): MessageShape<Desc> {
  return fromJson(schema, json, { ignoreUnknownFields: true });
}

/**
 * A message as plain JSON. `complete` writes zeros and empty lists too, for readers who should not have to know the
 * defaults (REST, the command line).
 */
export function toWire<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
  options: { complete?: boolean } = {},
): JsonObject {
  const json = toJson(schema, message, { useProtoFieldName: true, alwaysEmitImplicit: options.complete ?? false });
  if (json === null || typeof json !== 'object' || Array.isArray(json)) {
    throw new SwitchyardError('contract.not_an_object', `${schema.typeName} has no JSON object form`);
  }
  return json;
}

function readJson<Desc extends DescMessage>(
  schema: Desc,
  json: JsonValue,
  options: { ignoreUnknownFields?: boolean } = {},
): MessageShape<Desc> {
  try {
    return fromJson(schema, json, options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SwitchyardError(
      'contract.malformed',
      `Not a ${schema.name}: ${reason}. Send proto3 JSON of ${schema.typeName}.`,
      {
        details: { message: schema.typeName },
        cause,
      },
    );
  }
}

function jsonOf(schema: DescMessage, body: Uint8Array | string): JsonValue {
  const text = typeof body === 'string' ? body : decodeText(schema, body);
  return text.trim() === '' ? {} : parse(schema, text);
}

function parse(schema: DescMessage, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new SwitchyardError(
      'contract.malformed',
      `Not JSON: a ${schema.name} was expected, as proto3 JSON of ${schema.typeName}.`,
      {
        details: { message: schema.typeName },
        cause,
      },
    );
  }
}

function decodeText(schema: DescMessage, bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new SwitchyardError('contract.malformed', `Not UTF-8: a ${schema.name} was expected, as proto3 JSON.`, {
      details: { message: schema.typeName },
      cause,
    });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
