import type { JsonObject, JsonValue } from '@switchyard/contracts';
import type { BodyForm, PropertyEncoding, RequestBody } from '../operation.js';
import type { ArgumentNames } from './argument-names.js';
import { DocumentFault } from './document-fault.js';
import { isObject, objectOf, safeEntries, textOf } from './json.js';
import type { LocalReferences } from './local-references.js';
import { styleOf } from './read-parameters.js';
import type { ToolSchemas } from './tool-schema.js';

/** In the order in which they are taken where a body may have several. */
const FORMS: readonly BodyForm[] = ['json', 'form', 'multipart', 'text', 'binary'];

export interface ReadBody {
  body: RequestBody;
  schema: JsonObject;
  required: boolean;
}

/** How a file is given as an argument. */
const FILE: JsonObject = {
  type: 'object',
  description: 'A file.',
  properties: {
    filename: { type: 'string' },
    content: { type: 'string', description: 'Its content: text, or base64 where `encoding` says so.' },
    encoding: { enum: ['text', 'base64'] },
    media_type: { type: 'string' },
  },
  required: ['content'],
  additionalProperties: false,
};

/**
 * The body of an operation's requests as one argument; undefined where it has none.
 *
 * @throws DocumentFault
 */
export function readBody(
  given: JsonValue | undefined,
  references: LocalReferences,
  schemas: ToolSchemas,
  names: ArgumentNames,
): ReadBody | undefined {
  if (given === undefined) return undefined;
  const request = references.follow(given);
  const offered = safeEntries(request['content']).flatMap(([mediaType, content]) => {
    const form = formOf(mediaType);
    return form ? [{ mediaType, form, content: objectOf(content) }] : [];
  });
  const chosen = FORMS.flatMap((form) => offered.filter((each) => each.form === form))[0];
  if (!chosen) throw new DocumentFault('its request has a body of no form that can be sent');
  const { form, mediaType, content } = chosen;
  const argument = names.give('body', 'request');
  const description = textOf(request['description']).slice(0, 1_000);
  const multipart = form === 'multipart' ? readMultipart(content['schema'], references, schemas) : undefined;
  const schema = multipart?.schema ?? schemaOf(form, mediaType, content['schema'], schemas);
  const encoding = encodingOf(content['encoding']);
  return {
    body: { argument, form, mediaType: concrete(mediaType), encoding, files: multipart?.files ?? [] },
    schema: description === '' ? schema : { ...schema, description },
    required: request['required'] === true,
  };
}

function formOf(mediaType: string): BodyForm | undefined {
  const type = (mediaType.split(';')[0] ?? '').trim().toLowerCase();
  if (type === 'application/json' || type.endsWith('+json') || type === '*/*' || type === 'application/*')
    return 'json';
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (type === 'multipart/form-data') return 'multipart';
  if (type.startsWith('text/') || type.endsWith('/xml') || type.endsWith('+xml') || type.endsWith('yaml'))
    return 'text';
  if (type === 'application/octet-stream' || /^(image|audio|video)\//.test(type) || type === 'application/pdf')
    return 'binary';
  return undefined;
}

/** A range is no type to send. */
function concrete(mediaType: string): string {
  if (!mediaType.includes('*')) return mediaType;
  if (mediaType.startsWith('text/')) return 'text/plain';
  return formOf(mediaType) === 'json' ? 'application/json' : 'application/octet-stream';
}

function schemaOf(form: BodyForm, mediaType: string, given: JsonValue | undefined, schemas: ToolSchemas): JsonObject {
  switch (form) {
    case 'text':
      return { type: 'string', description: `As ${mediaType}.` };
    case 'binary':
      return { type: 'string', contentEncoding: 'base64', description: `As ${mediaType}, in base64.` };
    default:
      return schemas.write(given);
  }
}

function readMultipart(
  given: JsonValue | undefined,
  references: LocalReferences,
  schemas: ToolSchemas,
): { schema: JsonObject; files: string[] } {
  const followed = references.follow(given);
  const files: string[] = [];
  const properties = safeEntries(followed['properties']).map(([name, property]): [string, JsonValue] => {
    const inner = references.follow(property);
    const items = inner['type'] === 'array' ? references.follow(inner['items']) : {};
    if (!isFile(inner) && !isFile(items)) return [name, schemas.write(property)];
    files.push(name);
    return [name, isFile(inner) ? FILE : { type: 'array', items: FILE }];
  });
  const { required, additionalProperties } = schemas.write({
    type: 'object',
    required: followed['required'] ?? [],
    ...(isObject(followed['additionalProperties']) || followed['additionalProperties'] === false
      ? { additionalProperties: followed['additionalProperties'] }
      : {}),
  });
  const schema = {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required === undefined ? {} : { required }),
    ...(additionalProperties === undefined ? {} : { additionalProperties }),
  };
  return { schema, files };
}

/** 3.0 has a format for it, 3.1 a media type, or nothing at all (OpenAPI 3.1, Considerations for File Uploads). */
function isFile(schema: JsonObject): boolean {
  if (schema['format'] === 'binary' || schema['format'] === 'base64') return true;
  return typeof schema['contentMediaType'] === 'string' && !schema['contentMediaType'].startsWith('text/');
}

function encodingOf(given: JsonValue | undefined): Record<string, PropertyEncoding> {
  const entries = safeEntries(given).map(([name, value]): [string, PropertyEncoding] => {
    const { contentType, style: written, explode, allowReserved } = objectOf(value);
    const style = styleOf(written, ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject']) ?? 'form';
    const isWritten = written !== undefined || explode !== undefined || allowReserved !== undefined;
    return [
      name,
      {
        ...(typeof contentType === 'string' ? { contentType: contentType.split(',')[0]?.trim() ?? '' } : {}),
        ...(isWritten
          ? {
              writing: {
                style,
                explode: typeof explode === 'boolean' ? explode : style === 'form',
                allowReserved: allowReserved === true,
              },
            }
          : {}),
      },
    ];
  });
  return Object.fromEntries(entries);
}
