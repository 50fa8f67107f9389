import { FormData, type BodyInit } from 'undici';
import type { JsonObject, JsonValue } from '@switchyard/contracts';
import type { Operation, RequestBody, Writing } from '../operation.js';
import { invalid, joined } from './build-request.js';
import { scalarText, writePairs } from './write-value.js';

export interface WrittenBody {
  body: BodyInit;
  headers: Record<string, string>;
}

const PLAIN: Writing = { style: 'form', explode: true, allowReserved: false };

/** @throws SwitchyardError `tool.invalid_arguments` */
export function buildBody(operation: Operation, described: RequestBody, value: JsonValue): WrittenBody {
  const { form, mediaType, encoding, argument } = described;
  const typed = (body: BodyInit): WrittenBody => ({ body, headers: { 'content-type': mediaType } });
  switch (form) {
    case 'json':
      return typed(JSON.stringify(value));
    case 'text':
      return typed(scalarText(value));
    case 'binary':
      return typed(bytesOf(operation, argument, scalarText(value)));
    case 'form':
      return typed(
        joined(membersOf(value).flatMap(([name, member]) => formPairs(name, member, encoding[name]?.writing))),
      );
    case 'multipart':
      // With a boundary of its own, which only fetch knows.
      return { body: multipart(operation, described, value), headers: {} };
  }
}

/** Without a style, what is no scalar and no list of them is JSON (OpenAPI 3.1, Encoding Object, `contentType`). */
function formPairs(name: string, member: JsonValue, writing: Writing | undefined) {
  if (writing) return writePairs(name, member, writing);
  if (Array.isArray(member)) return writePairs(name, member, PLAIN);
  return writePairs(name, scalarText(member), PLAIN);
}

function multipart(operation: Operation, { encoding, files }: RequestBody, value: JsonValue): FormData {
  const form = new FormData();
  for (const [name, member] of membersOf(value)) {
    for (const part of Array.isArray(member) ? member : [member]) {
      const contentType = encoding[name]?.contentType;
      if (files.includes(name) && isFile(part)) form.append(name, ...fileOf(operation, name, part, contentType));
      else if (typeof part === 'object')
        form.append(name, blobOf(JSON.stringify(part), contentType ?? 'application/json'));
      else if (contentType !== undefined && contentType !== 'text/plain')
        form.append(name, blobOf(scalarText(part), contentType));
      else form.append(name, scalarText(part));
    }
  }
  return form;
}

/** As the schema of a file has it. */
function isFile(part: JsonValue): part is JsonObject & { content: string } {
  return typeof part === 'object' && part !== null && !Array.isArray(part) && typeof part['content'] === 'string';
}

function fileOf(
  operation: Operation,
  name: string,
  part: JsonObject & { content: string },
  contentType: string | undefined,
): [Blob, string] {
  const { content, encoding, filename, media_type: given } = part;
  const bytes = encoding === 'base64' ? bytesOf(operation, name, content) : Buffer.from(content);
  const type = typeof given === 'string' ? given : (contentType ?? 'application/octet-stream');
  return [blobOf(bytes, type), typeof filename === 'string' && filename !== '' ? filename : name];
}

function blobOf(content: string | Buffer, type: string): Blob {
  return new Blob([typeof content === 'string' ? content : new Uint8Array(content)], { type });
}

function bytesOf(operation: Operation, argument: string, base64: string): Buffer {
  if (!/^[A-Za-z0-9+/_\s-]*={0,2}\s*$/.test(base64)) throw invalid(operation, `"${argument}" is no base64`);
  return Buffer.from(base64, 'base64');
}

function membersOf(value: JsonValue): [string, JsonValue][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    member === undefined || member === null ? [] : [[name, member]],
  );
}
